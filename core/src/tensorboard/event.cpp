#include "event.hpp"

#include <cmath>
#include <limits>

#include "protobuf.hpp"

namespace pegbox {
namespace {

// Fields of event.proto, summary.proto, tensor.proto and tensor_shape.proto.
namespace event {
constexpr int kWallTime = 1;
constexpr int kStep = 2;
constexpr int kFileVersion = 3;
constexpr int kSummary = 5;
constexpr int kSessionLog = 7;
}  // namespace event
namespace session_log {
constexpr int kStatus = 1;
constexpr std::uint64_t kStart = 1;
}  // namespace session_log
namespace summary {
constexpr int kValue = 1;
}
namespace value {
constexpr int kTag = 1;
constexpr int kSimpleValue = 2;
constexpr int kTensor = 8;
constexpr int kMetadata = 9;
}  // namespace value
namespace metadata {
constexpr int kPluginData = 1;
constexpr int kPluginName = 1;
constexpr int kContent = 2;
}  // namespace metadata
namespace tensor {
constexpr int kType = 1;
constexpr int kShape = 2;
constexpr int kDimension = 2;
constexpr std::uint64_t kFloat = 1;
}  // namespace tensor

ProtobufMessage event_at(double time, std::int64_t step) {
  ProtobufMessage message;
  message.add_double(event::kWallTime, time);
  if (step != 0) message.add_varint(event::kStep, static_cast<std::uint64_t>(step));
  return message;
}

float as_float(double number) {
  if (!std::isfinite(number)) return static_cast<float>(number);
  if (std::abs(number) > std::numeric_limits<float>::max()) {
    return std::copysign(std::numeric_limits<float>::infinity(), static_cast<float>(std::copysign(1, number)));
  }
  return static_cast<float>(number);
}

/// Of one dimension of size 0: the data is all in the metadata.
ProtobufMessage empty_tensor() {
  return ProtobufMessage()
      .add_varint(tensor::kType, tensor::kFloat)
      .add(tensor::kShape, ProtobufMessage().add(tensor::kDimension, {}));
}

}  // namespace

std::string version_event(double time) {
  return event_at(time, 0).add_text(event::kFileVersion, "brain.Event:2").bytes();
}

std::string start_event(double time, std::int64_t step) {
  const auto start = ProtobufMessage().add_varint(session_log::kStatus, session_log::kStart);
  return event_at(time, step).add(event::kSessionLog, start).bytes();
}

std::string scalars_event(double time, std::int64_t step, const Metrics& metrics) {
  ProtobufMessage values;
  for (const auto& [name, number] : metrics) {
    values.add(summary::kValue,
               ProtobufMessage().add_text(value::kTag, name).add_float(value::kSimpleValue, as_float(number)));
  }
  return event_at(time, step).add(event::kSummary, values).bytes();
}

std::string plugin_event(double time, std::string_view plugin, std::string_view tag, std::string_view data) {
  const auto plugin_data =
      ProtobufMessage().add_text(metadata::kPluginName, plugin).add_bytes(metadata::kContent, data);
  const auto whole = ProtobufMessage()
                         .add_text(value::kTag, tag)
                         .add(value::kTensor, empty_tensor())
                         .add(value::kMetadata, ProtobufMessage().add(metadata::kPluginData, plugin_data));
  return event_at(time, 0).add(event::kSummary, ProtobufMessage().add(summary::kValue, whole)).bytes();
}

}  // namespace pegbox
