#include "checkpoint.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <ATen/core/Dict.h>
#include <ATen/core/List.h>
#include <ATen/core/ivalue.h>

#include <pegbox/value.hpp>

namespace pegbox {
namespace {

using torch::serialize::InputArchive;
using torch::serialize::OutputArchive;
using MetricsDict = c10::Dict<std::string, double>;

/// What must agree for a checkpoint to be this trial's. Numbers are compared as numbers: a whole one may come back from
/// where trials are stored as a real one.
std::string owner_of(const std::string& study, const Trial& trial) {
  std::string text =
      "study " + study + "\ntrial " + std::to_string(trial.number) + "\nseed " + std::to_string(trial.seed) + "\n";
  for (const auto& [name, value] : trial.params) {
    text += name + "=" + to_string(is_number(value) ? Value(as_number(value)) : value) + "\n";
  }
  return text;
}

void write_reports(OutputArchive& archive, const std::vector<Report>& reports) {
  c10::List<std::int64_t> epochs;
  c10::List<MetricsDict> metrics;
  for (const Report& report : reports) {
    epochs.push_back(report.epoch);
    MetricsDict measured;
    for (const auto& [name, value] : report.metrics) measured.insert(name, value);
    metrics.push_back(measured);
  }
  archive.write("epochs", epochs);
  archive.write("metrics", metrics);
}

c10::IValue read(InputArchive& archive, const std::string& key) {
  c10::IValue value;
  archive.read(key, value);
  return value;
}

std::vector<Report> read_reports(InputArchive& archive) {
  const auto epochs = read(archive, "epochs").toIntVector();
  const auto metrics = read(archive, "metrics").to<c10::List<MetricsDict>>();
  if (metrics.size() != epochs.size()) throw std::runtime_error("there are metrics without an epoch");
  std::vector<Report> reports;
  for (std::size_t i = 0; i < epochs.size(); ++i) {
    Report report{epochs[i], {}};
    const MetricsDict measured = metrics.get(i);
    for (const auto& item : measured) report.metrics.emplace(item.key(), item.value());
    reports.push_back(std::move(report));
  }
  return reports;
}

using Shape = std::pair<c10::ScalarType, std::vector<std::int64_t>>;

std::vector<Shape> shapes(const Network& network) {
  std::vector<Shape> result;
  const auto add = [&](const std::vector<at::Tensor>& tensors) {
    for (const at::Tensor& tensor : tensors) result.emplace_back(tensor.scalar_type(), tensor.sizes().vec());
  };
  add(network.parameters());
  add(network.buffers());
  return result;
}

/// LibTorch takes over tensors of any shape and type.
void restore_network(InputArchive& archive, Network& network) {
  const std::vector<Shape> wanted = shapes(network);
  InputArchive part;
  archive.read("network", part);
  network.load(part);
  if (shapes(network) != wanted) throw std::runtime_error("the network has another shape");
}

}  // namespace

std::string pack_checkpoint(const std::string& study, const Trial& trial, const TrialState& state) {
  OutputArchive archive;
  archive.write("owner", owner_of(study, trial));
  archive.write("epoch", c10::IValue(state.epoch));
  write_reports(archive, trial.reports);
  archive.write("random", c10::List<at::Tensor>(state.random.state()));
  OutputArchive network(archive.compilation_unit());
  state.network->save(network);
  archive.write("network", network);
  OutputArchive optimizer(archive.compilation_unit());
  state.optimizer->save(optimizer);
  archive.write("optimizer", optimizer);
  std::string bytes;
  archive.save_to([&](const void* data, std::size_t size) {
    bytes.append(static_cast<const char*>(data), size);
    return size;
  });
  return bytes;
}

Checkpoint::Checkpoint(const std::string& bytes, const c10::Device& device) {
  archive_.load_from(bytes.data(), bytes.size(), device);
  owner_ = read(archive_, "owner").toStringRef();
  epoch_ = read(archive_, "epoch").toInt();
  reports_ = read_reports(archive_);
}

bool Checkpoint::belongs_to(const std::string& study, const Trial& trial) const {
  return owner_ == owner_of(study, trial);
}

void Checkpoint::restore(TrialState& state) {
  restore_network(archive_, *state.network);
  InputArchive optimizer;
  archive_.read("optimizer", optimizer);
  state.optimizer->load(optimizer);
  std::vector<at::Tensor> random = read(archive_, "random").toTensorVector();
  // The states of generators are on the CPU, also those of an accelerator's.
  for (at::Tensor& stream : random) stream = stream.cpu();
  state.random.restore(random);
  state.epoch = epoch_;
}

}  // namespace pegbox
