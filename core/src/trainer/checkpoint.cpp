#include "checkpoint.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <ATen/core/Dict.h>
#include <ATen/core/List.h>
#include <ATen/core/ivalue.h>

#include <pegbox/value.hpp>

#include "archive_parts.hpp"

namespace pegbox {
namespace {

using torch::serialize::InputArchive;
using torch::serialize::OutputArchive;

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
  c10::impl::GenericList metrics(c10::DictType::create(c10::StringType::get(), c10::FloatType::get()));
  for (const Report& report : reports) {
    epochs.push_back(report.epoch);
    metrics.push_back(to_archive(report.metrics));
  }
  archive.write("epochs", epochs);
  archive.write("metrics", metrics);
}

std::vector<Report> read_reports(InputArchive& archive) {
  const auto epochs = read_value(archive, "epochs").toIntVector();
  const auto metrics = read_value(archive, "metrics").toList();
  if (metrics.size() != epochs.size()) throw std::runtime_error("there are metrics without an epoch");
  std::vector<Report> reports;
  for (std::size_t i = 0; i < epochs.size(); ++i) reports.push_back({epochs[i], metrics_from(metrics.get(i))});
  return reports;
}

}  // namespace

std::string pack_checkpoint(const std::string& study, const Trial& trial, const TrialState& state) {
  OutputArchive archive;
  archive.write("owner", owner_of(study, trial));
  archive.write("epoch", c10::IValue(state.epoch));
  write_reports(archive, trial.reports);
  OutputArchive kept(archive.compilation_unit());
  state.save(kept);
  archive.write("state", kept);
  return packed(archive);
}

Checkpoint::Checkpoint(const std::string& bytes, const c10::Device& device) {
  archive_.load_from(bytes.data(), bytes.size(), device);
  owner_ = read_value(archive_, "owner").toStringRef();
  epoch_ = read_value(archive_, "epoch").toInt();
  reports_ = read_reports(archive_);
}

bool Checkpoint::belongs_to(const std::string& study, const Trial& trial) const {
  return owner_ == owner_of(study, trial);
}

void Checkpoint::restore(TrialState& state) {
  InputArchive kept;
  archive_.read("state", kept);
  state.load(kept);
  state.epoch = epoch_;
}

}  // namespace pegbox
