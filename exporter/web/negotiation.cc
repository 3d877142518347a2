#include "exporter/web/negotiation.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "exporter/base/ascii.h"

namespace mta {
namespace {

std::string_view Trim(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

// Takes what stands before the next `mark` off the front of `list`.
std::string_view TakeItem(std::string_view& list, char mark) {
  const size_t end = std::min(list.find(mark), list.size());
  const std::string_view item = Trim(list.substr(0, end));
  list.remove_prefix(std::min(end + 1, list.size()));
  return item;
}

// A number between 0 and 1; anything else wants nothing.
double Quality(std::string_view text) {
  double quality = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), quality, std::chars_format::fixed);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && quality >= 0 && quality <= 1 ? quality : 0;
}

// One element of either header: name;parameter=value;...
struct Wish {
  std::string_view name;
  double quality = 1;
  std::string_view version;
  std::string_view escaping;
};

Wish ParseWish(std::string_view element) {
  Wish wish;
  wish.name = TakeItem(element, ';');
  while (!element.empty()) {
    std::string_view value = TakeItem(element, ';');
    const std::string_view key = TakeItem(value, '=');
    value = Trim(value);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
      value = value.substr(1, value.size() - 2);
    if (EqualsIgnoreCase(key, "q")) wish.quality = Quality(value);
    if (EqualsIgnoreCase(key, "version")) wish.version = value;
    if (EqualsIgnoreCase(key, "escaping")) wish.escaping = value;
  }
  return wish;
}

template <typename Use>
void ForEachWish(std::string_view header, Use use) {
  while (!header.empty()) {
    if (const std::string_view element = TakeItem(header, ','); !element.empty()) use(ParseWish(element));
  }
}

bool IsOpenMetrics(const Wish& wish) {
  return EqualsIgnoreCase(wish.name, "application/openmetrics-text") &&
         (wish.version.empty() || wish.version == "1.0.0" || wish.version == "0.0.1");
}

bool IsText(const Wish& wish) {
  return EqualsIgnoreCase(wish.name, "text/plain") &&
         (wish.version.empty() || wish.version == "0.0.4" || wish.version == "1.0.0");
}

std::string ContentType(std::string_view type, std::string_view version, std::string_view escaping) {
  std::string text(type);
  text.append("; version=").append(version).append("; charset=utf-8");
  for (std::string_view known : {"allow-utf-8", "underscores", "dots", "values"}) {
    if (escaping == known) text.append("; escaping=").append(known);
  }
  return text;
}

}  // namespace

ExpositionFormat ChooseFormat(std::string_view accept) {
  std::optional<Wish> open_metrics;
  std::optional<Wish> text;
  double anything = 0;
  const auto take_better = [](std::optional<Wish>& best, const Wish& wish) {
    if (!best || wish.quality > best->quality) best = wish;
  };
  ForEachWish(accept, [&](const Wish& wish) {
    if (IsOpenMetrics(wish)) take_better(open_metrics, wish);
    if (IsText(wish)) take_better(text, wish);
    if (wish.name == "*/*" || EqualsIgnoreCase(wish.name, "text/*"))
      anything = std::max(anything, wish.quality);
  });
  const double text_quality = text ? text->quality : anything;
  if (open_metrics && open_metrics->quality > 0 && open_metrics->quality >= text_quality) {
    const std::string_view version = open_metrics->version.empty() ? "1.0.0" : open_metrics->version;
    return {TextFormat::kOpenMetrics,
            ContentType("application/openmetrics-text", version, open_metrics->escaping)};
  }
  const bool named = text && text->quality > 0;
  const std::string_view version = named && !text->version.empty() ? text->version : "0.0.4";
  return {TextFormat::kPrometheus, ContentType("text/plain", version, named ? text->escaping : "")};
}

bool WantsGzip(std::string_view accept_encoding) {
  std::optional<double> gzip;
  std::optional<double> anything;
  double plain = 0;
  ForEachWish(accept_encoding, [&](const Wish& wish) {
    if (EqualsIgnoreCase(wish.name, "gzip") || EqualsIgnoreCase(wish.name, "x-gzip")) gzip = wish.quality;
    if (EqualsIgnoreCase(wish.name, "identity")) plain = wish.quality;
    if (wish.name == "*") anything = wish.quality;
  });
  const double quality = gzip ? *gzip : anything.value_or(0);
  return quality > 0 && quality >= plain;
}

}  // namespace mta
