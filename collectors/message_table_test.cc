#include "collectors/message_table.h"

#include <list>
#include <map>
#include <random>

#include "catch.h"

namespace mta {
namespace {

struct Entry {
  uint64_t value = 0;
};

constexpr int64_t kHour = 3600LL * 1'000'000'000;

TEST_CASE("an entry stays until it is erased") {
  MessageTable<Entry> table(10, kHour);
  table.Touch(1, 0).value = 7;
  REQUIRE(table.Find(1) != nullptr);
  CHECK(table.Find(1)->value == 7);
  CHECK(table.Erase(1));
  CHECK_FALSE(table.Erase(1));
  CHECK(table.Find(1) == nullptr);
  CHECK(table.size() == 0);
}

TEST_CASE("the least recently touched entry goes first when the table is full") {
  MessageTable<Entry> table(3, kHour);
  for (uint64_t key : std::initializer_list<uint64_t>{1, 2, 3}) table.Touch(key, 0).value = key;
  table.Touch(1, 1);
  uint64_t forgotten = 0;
  table.Touch(4, 2, [&](Entry& entry) { forgotten = entry.value; });
  CHECK(forgotten == 2);
  CHECK(table.Find(1) != nullptr);
  CHECK(table.stats().tracked == 3);
  CHECK(table.stats().evicted == 1);
}

TEST_CASE("an entry older than max_age is forgotten when another comes") {
  MessageTable<Entry> table(10, kHour);
  table.Touch(1, 0);
  table.Touch(2, kHour);
  CHECK(table.Find(1) != nullptr);
  table.Touch(3, kHour + 1);
  CHECK(table.Find(1) == nullptr);
  CHECK(table.Find(2) != nullptr);
}

// The table against a map and a list that do the same in the obvious way.
TEST_CASE("random operations agree with a simple model, also over save and restore") {
  std::mt19937_64 random(20261124);
  MessageTable<Entry> table(50, kHour);
  std::map<uint64_t, uint64_t> model;
  std::list<uint64_t> order;  // least recently touched first
  int64_t now = 0;
  for (int step = 0; step < 20'000; ++step) {
    // Keys that share their low bits collide in the table.
    const uint64_t key = (random() % 120) << (random() % 2 ? 40 : 0);
    switch (random() % 4) {
      case 0:
      case 1: {
        ++now;
        if (!model.contains(key) && model.size() == 50) {
          model.erase(order.front());
          order.pop_front();
        }
        order.remove(key);
        order.push_back(key);
        const uint64_t value = random();
        table.Touch(key, now).value = value;
        model[key] = value;
        break;
      }
      case 2:
        CHECK(table.Erase(key) == (model.erase(key) == 1));
        order.remove(key);
        break;
      default:
        if (step % 100 == 3) {
          ByteWriter out;
          table.Save(out);
          ByteReader in(out.bytes());
          REQUIRE(table.Restore(in));
        }
    }
    REQUIRE(table.size() == model.size());
    const Entry* found = table.Find(key);
    REQUIRE((found != nullptr) == model.contains(key));
    if (found != nullptr) REQUIRE(found->value == model[key]);
  }
}

TEST_CASE("restore forgets nothing that the running table kept") {
  MessageTable<Entry> table(10, kHour);
  table.Touch(1, 0).value = 10;
  table.Touch(2, 0).value = 20;
  table.Touch(2, 5 * kHour);  // entries go by age only when a new one comes, so 1 is still there
  ByteWriter out;
  table.Save(out);
  ByteReader in(out.bytes());
  MessageTable<Entry> other(10, kHour);
  REQUIRE(other.Restore(in));
  REQUIRE(other.Find(1) != nullptr);
  CHECK(other.Find(1)->value == 10);
  CHECK(other.evicted() == 0);

  ByteReader again(out.bytes());
  MessageTable<Entry> smaller(1, kHour);
  REQUIRE(smaller.Restore(again));
  CHECK(smaller.Find(1) == nullptr);
  CHECK(smaller.Find(2) != nullptr);
}

TEST_CASE("entries can be forgotten by what they hold, and by age without a new one") {
  MessageTable<Entry> table(10, kHour);
  for (uint64_t key = 0; key < 6; ++key) table.Touch(key, 0).value = key;
  table.EraseIf([](const Entry& entry) { return entry.value % 2 == 0; });
  CHECK(table.size() == 3);
  CHECK(table.Find(3) != nullptr);
  CHECK(table.Find(4) == nullptr);
  CHECK(table.evicted() == 0);
  size_t told = 0;
  table.Expire(2 * kHour, [&](Entry&) { ++told; });
  CHECK(told == 3);
  CHECK(table.size() == 0);
  CHECK(table.evicted() == 3);
}

TEST_CASE("restore refuses bytes that are cut anywhere") {
  MessageTable<Entry> table(10, kHour);
  for (uint64_t key = 0; key < 5; ++key) table.Touch(key, static_cast<int64_t>(key));
  ByteWriter out;
  table.Save(out);
  for (size_t size = 0; size < out.bytes().size(); ++size) {
    MessageTable<Entry> other(10, kHour);
    ByteReader in(std::string_view(out.bytes()).substr(0, size));
    CHECK_FALSE(other.Restore(in));
    CHECK(other.size() == 0);
  }
}

}  // namespace
}  // namespace mta
