#pragma once

#include <memory>
#include <utility>

#include "trainer/fit.hpp"

namespace pegbox {

/// A trial of one fit, without the data.
class OneFit final : public TrialState {
 public:
  explicit OneFit(std::unique_ptr<Fit> fit) : fit_(std::move(fit)) {}

  Fit& fit() { return *fit_; }
  std::int64_t bytes() const override { return bytes_of(*fit_); }
  void save(torch::serialize::OutputArchive& archive) const override { save_fit(*fit_, archive); }
  void load(torch::serialize::InputArchive& archive) override { load_fit(archive, *fit_); }

 private:
  std::unique_ptr<Fit> fit_;
};

inline std::unique_ptr<OneFit> begun_fit(const Model& model, const DataInfo& info, const Trial& trial) {
  const FitPlan plan{&model, trial.until, {"loss", false}, at::kCPU};
  return std::make_unique<OneFit>(begin_fit(plan, info, trial.params, trial.seed));
}

}  // namespace pegbox
