#include "exporter/metrics/view.h"

#include <cstring>

namespace mta {
namespace {

constexpr uint8_t kFormat = 1;

void PutStrings(const std::vector<std::string>& strings, ByteWriter& out) {
  for (const std::string& s : strings) out.PutBytes(s);
}

std::vector<std::string> GetStrings(size_t count, ByteReader& in) {
  std::vector<std::string> strings;
  for (size_t i = 0; i < count && in.ok(); ++i) strings.emplace_back(in.GetBytes());
  return strings;
}

void PutFamily(const FamilySchema& family, ByteWriter& out) {
  const FamilyOptions& options = family.options;
  out.PutBytes(options.name);
  out.Put(options.type);
  out.Put(static_cast<uint32_t>(options.labels.size()));
  PutStrings(options.labels, out);
  out.Put(static_cast<uint32_t>(options.buckets.size()));
  for (const double bound : options.buckets) out.Put(bound);
  out.Put(static_cast<uint32_t>(family.series.size()));
  for (const SeriesSchema& series : family.series) {
    out.Put(series.cell);
    PutStrings(series.label_values, out);
  }
}

FamilySchema GetFamily(ByteReader& in) {
  FamilySchema family;
  FamilyOptions& options = family.options;
  options.name = in.GetBytes();
  options.type = in.Get<MetricType>();
  options.labels = GetStrings(in.Get<uint32_t>(), in);
  const auto buckets = in.Get<uint32_t>();
  for (uint32_t i = 0; i < buckets && in.ok(); ++i) options.buckets.push_back(in.Get<double>());
  const auto series = in.Get<uint32_t>();
  for (uint32_t i = 0; i < series && in.ok(); ++i) {
    const auto cell = in.Get<uint32_t>();
    family.series.push_back({GetStrings(options.labels.size(), in), cell});
  }
  return family;
}

bool FitsInto(const FamilySchema& family, size_t cells) {
  if (family.options.type > MetricType::kHistogram) return false;
  const size_t width = CellsOf(family.options);
  for (const SeriesSchema& series : family.series) {
    if (series.cell + width > cells) return false;
  }
  return true;
}

}  // namespace

size_t CellsOf(const FamilyOptions& family) {
  return family.type == MetricType::kHistogram ? family.buckets.size() + 2 : 1;
}

std::string EncodeSchema(const std::vector<FamilySchema>& families) {
  ByteWriter out;
  out.Put(kFormat);
  out.Put(static_cast<uint32_t>(families.size()));
  for (const FamilySchema& family : families) PutFamily(family, out);
  return out.Take();
}

void View::Save(ByteWriter& out) const {
  out.PutBytes(schema_->encoded);
  out.PutBytes({reinterpret_cast<const char*>(cells_.data()), cells_.size() * sizeof(uint64_t)});
}

Result<View> View::Load(ByteReader& in) {
  ByteReader names(in.GetBytes());
  const std::string_view values = in.GetBytes();
  if (!in.ok() || names.Get<uint8_t>() != kFormat)
    return Fail("saved metrics: not in a format this version knows");

  std::vector<uint64_t> cells(values.size() / sizeof(uint64_t));
  if (!cells.empty()) std::memcpy(cells.data(), values.data(), cells.size() * sizeof(uint64_t));
  auto schema = std::make_shared<Schema>();
  const auto count = names.Get<uint32_t>();
  for (uint32_t i = 0; i < count && names.ok(); ++i) {
    schema->families.push_back(GetFamily(names));
    if (!FitsInto(schema->families.back(), cells.size()))
      return Fail("saved metrics: a series without values");
  }
  if (!names.ok() || !names.done()) return Fail("saved metrics: damaged");
  schema->encoded = EncodeSchema(schema->families);
  return View(std::move(schema), std::move(cells));
}

}  // namespace mta
