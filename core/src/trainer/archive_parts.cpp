#include "archive_parts.hpp"

#include <ATen/core/Dict.h>

namespace pegbox {
namespace {

using MetricsDict = c10::Dict<std::string, double>;

}  // namespace

c10::IValue to_archive(const Metrics& metrics) {
  MetricsDict measured;
  for (const auto& [name, value] : metrics) measured.insert(name, value);
  return measured;
}

Metrics metrics_from(const c10::IValue& value) {
  Metrics metrics;
  for (const auto& item : value.to<MetricsDict>()) metrics.emplace(item.key(), item.value());
  return metrics;
}

std::string packed(torch::serialize::OutputArchive& archive) {
  std::string bytes;
  archive.save_to([&](const void* data, std::size_t size) {
    bytes.append(static_cast<const char*>(data), size);
    return size;
  });
  return bytes;
}

c10::IValue read_value(torch::serialize::InputArchive& archive, const std::string& key) {
  c10::IValue value;
  archive.read(key, value);
  return value;
}

}  // namespace pegbox
