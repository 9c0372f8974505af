#include "hparams.hpp"

#include <algorithm>
#include <type_traits>
#include <variant>

#include "protobuf.hpp"

namespace pegbox {
namespace {

// Fields of the plug-in's api.proto and plugin_data.proto, and of protobuf's struct.proto.
namespace plugin_data {
constexpr int kExperiment = 2;
constexpr int kSessionStart = 3;
constexpr int kSessionEnd = 4;
}  // namespace plugin_data
namespace experiment {
constexpr int kTimeCreated = 3;
constexpr int kHparams = 4;
constexpr int kMetrics = 5;
constexpr int kName = 6;
}  // namespace experiment
namespace hparam {
constexpr int kName = 1;
constexpr int kType = 4;
constexpr int kDiscrete = 5;
constexpr int kInterval = 6;
constexpr int kDiffers = 7;
constexpr int kLow = 1;
constexpr int kHigh = 2;
}  // namespace hparam
namespace metric {
constexpr int kName = 1;
constexpr int kTag = 2;
constexpr int kDescription = 4;
}  // namespace metric
namespace session {
constexpr int kHparams = 1;
constexpr int kStartTime = 5;
constexpr int kStatus = 1;
constexpr int kEndTime = 2;
}  // namespace session
namespace value {
constexpr int kNumber = 2;
constexpr int kText = 3;
constexpr int kTruth = 4;
}  // namespace value
namespace list {
constexpr int kValue = 1;
}
namespace entry {
constexpr int kKey = 1;
constexpr int kValue = 2;
}  // namespace entry

enum class HparamType : std::uint64_t { text = 1, truth = 2, number = 3 };

ProtobufMessage value_message(const Value& given) {
  if (is_number(given)) return ProtobufMessage().add_double(value::kNumber, as_number(given));
  if (const auto* truth = std::get_if<bool>(&given)) return ProtobufMessage().add_varint(value::kTruth, *truth ? 1 : 0);
  return ProtobufMessage().add_text(value::kText, std::get<std::string>(given));
}

HparamType type_of(const Value& choice) {
  if (is_number(choice)) return HparamType::number;
  return std::holds_alternative<bool>(choice) ? HparamType::truth : HparamType::text;
}

void add_type(ProtobufMessage& info, HparamType type) {
  info.add_varint(hparam::kType, static_cast<std::uint64_t>(type));
}

void add_values(ProtobufMessage& info, const std::vector<Value>& values) {
  ProtobufMessage listed;
  for (const Value& one : values) listed.add(list::kValue, value_message(one));
  add_type(info, type_of(values.front()));
  info.add(hparam::kDiscrete, listed);
}

void add_interval(ProtobufMessage& info, double low, double high) {
  add_type(info, HparamType::number);
  info.add(hparam::kInterval, ProtobufMessage().add_double(hparam::kLow, low).add_double(hparam::kHigh, high));
}

void add_domain(ProtobufMessage& info, const Domain& domain) {
  if (const auto* choice = std::get_if<Choice>(&domain)) return add_values(info, choice->choices);
  if (std::holds_alternative<Boolean>(domain)) return add_values(info, {false, true});
  std::visit(
      [&](const auto& range) {
        using Range = std::decay_t<decltype(range)>;
        if constexpr (std::is_same_v<Range, Real> || std::is_same_v<Range, Integer>) {
          add_interval(info, static_cast<double>(range.low), static_cast<double>(range.high));
        }
      },
      domain);
}

/// `differs` has the table show the column from the start.
ProtobufMessage hparam_info(const Parameter& parameter) {
  ProtobufMessage info;
  info.add_text(hparam::kName, parameter.name);
  add_domain(info, parameter.domain);
  return info.add_varint(hparam::kDiffers, cardinality(parameter.domain) == 1 ? 0 : 1);
}

ProtobufMessage metric_info(const std::string& name, std::string_view description) {
  ProtobufMessage info;
  info.add(metric::kName, ProtobufMessage().add_text(metric::kTag, name));
  if (!description.empty()) info.add_text(metric::kDescription, description);
  return info;
}

/// Version 0 of the data, which is written as nothing.
std::string data(int field, const ProtobufMessage& message) { return ProtobufMessage().add(field, message).bytes(); }

}  // namespace

std::string experiment_data(const std::string& study, double time, const HparamsColumns& columns) {
  ProtobufMessage message;
  message.add_double(experiment::kTimeCreated, time);
  for (const Parameter& parameter : columns.space) message.add(experiment::kHparams, hparam_info(parameter));
  for (const Objective& objective : columns.objectives) {
    const char* description = objective.maximize ? "objective, to be maximized" : "objective, to be minimized";
    message.add(experiment::kMetrics, metric_info(objective.metric, description));
  }
  for (const std::string& name : columns.metrics) message.add(experiment::kMetrics, metric_info(name, {}));
  return data(plugin_data::kExperiment, message.add_text(experiment::kName, study));
}

std::string session_start_data(const Params& params, double time) {
  ProtobufMessage message;
  for (const auto& [name, given] : params) {
    message.add(session::kHparams,
                ProtobufMessage().add_text(entry::kKey, name).add(entry::kValue, value_message(given)));
  }
  return data(plugin_data::kSessionStart, message.add_double(session::kStartTime, time));
}

std::string session_end_data(SessionStatus status, double time) {
  return data(plugin_data::kSessionEnd, ProtobufMessage()
                                            .add_varint(session::kStatus, static_cast<std::uint64_t>(status))
                                            .add_double(session::kEndTime, time));
}

}  // namespace pegbox
