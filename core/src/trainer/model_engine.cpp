#include "model_engine.hpp"

#include <utility>

#include <c10/core/Device.h>

#include <pegbox/error.hpp>
#include <pegbox/random.hpp>

#include "device.hpp"
#include "fit.hpp"
#include "fit_summary.hpp"
#include "fit_training.hpp"
#include "option_checks.hpp"
#include "product.hpp"
#include "table_dataset.hpp"

namespace pegbox {
namespace {

class FitsState final : public TrialState {
 public:
  std::vector<std::unique_ptr<Fit>> fits;

  std::int64_t bytes() const override {
    std::int64_t sum = 0;
    for (const auto& fit : fits) sum += bytes_of(*fit);
    return sum;
  }

  void save(torch::serialize::OutputArchive& archive) const override {
    for (std::size_t i = 0; i < fits.size(); ++i) {
      torch::serialize::OutputArchive part(archive.compilation_unit());
      save_fit(*fits[i], part);
      archive.write(name_of(i), part);
    }
  }

  void load(torch::serialize::InputArchive& archive) override {
    for (std::size_t i = 0; i < fits.size(); ++i) {
      torch::serialize::InputArchive part;
      archive.read(name_of(i), part);
      load_fit(part, *fits[i]);
    }
  }

  /// Gradients are not needed between epochs, and take as much memory as the weights.
  void rest() override {
    for (const auto& fit : fits) fit->optimizer->zero_grad();
  }

  bool ended() const {
    return std::all_of(fits.begin(), fits.end(), [](const auto& fit) { return fit->ended; });
  }

 private:
  static std::string name_of(std::size_t fit) { return "fit_" + std::to_string(fit + 1); }
};

/// The first fit has the trial's own seed, so that it is the same however many there are.
std::uint64_t fit_seed(const Trial& trial, std::size_t fit) {
  if (fit == 0) return trial.seed;
  return trial_seed(trial.seed, static_cast<int>(fit));
}

Division division_of(const TrainerPlan& plan) {
  return {plan.validation, plan.folds, plan.repeats, plan.test, plan.seed};
}

/// The data to train on, as it was given.
Dataset load(const Model& model, const TrainerPlan& plan) {
  Dataset data = model.data(plan.data == nullptr ? Dataset{} : as_dataset(*plan.data));
  if (data.train.rows() > 0) return checked(std::move(data), division_of(plan));
  throw StudyError("the study names no data and the model brings none; say which with 'data:'");
}

Objective objective_of(const TrainerPlan& plan, Task task) {
  if (plan.objective) return *plan.objective;
  return task == Task::classification ? Objective{"accuracy", true} : Objective{"rmse", false};
}

class ModelEngine final : public Engine {
 public:
  explicit ModelEngine(const TrainerPlan& plan)
      : model_(plan.model->create(plan.model_settings)), device_(find_device(plan.device)) {
    data_ = load(*model_, plan);
    check_options(plan.space, data_);
    fits_ = on_device(fits_of(data_, division_of(plan)), device_);
    fit_plan_ = {model_.get(), plan.epochs, objective_of(plan, data_.info.task), device_};
    summary_ = {data_.info.task == Task::classification,
                fits_.front().train.count(),
                fits_.front().validation.count(),
                data_.test.rows(),
                std::ssize(fits_),
                data_.info.outputs,
                device_.str()};
  }

  TrainerSummary summary() const override { return summary_; }

  std::unique_ptr<TrialState> begin(const Trial& trial) const override {
    auto state = std::make_unique<FitsState>();
    for (std::size_t i = 0; i < fits_.size(); ++i) {
      state->fits.push_back(begin_fit(fit_plan_, fits_[i].info, trial.params, fit_seed(trial, i)));
    }
    return state;
  }

  void run(const Trial& trial, TrialState& kept, const OnReport& on_report) const override {
    auto& state = dynamic_cast<FitsState&>(kept);
    while (state.epoch < trial.until && !state.ended()) {
      const Budget epoch = state.epoch + 1;
      std::vector<Metrics> measured;
      for (std::size_t i = 0; i < fits_.size(); ++i) {
        train_epoch(fit_plan_, fits_[i], trial.params, epoch == trial.until, *state.fits[i]);
        measured.push_back(state.fits[i]->metrics);
      }
      state.epoch = epoch;
      if (!on_report({epoch, summarised(measured, fit_plan_.objective.metric)})) return;
    }
  }

  void copy(const TrialState& source, TrialState& target) const override {
    const auto& from = dynamic_cast<const FitsState&>(source);
    auto& to = dynamic_cast<FitsState&>(target);
    for (std::size_t i = 0; i < fits_.size(); ++i) copy_weights(*from.fits[i]->network, *to.fits[i]->network);
  }

  Metrics test(const Trial& trial, TrialState& kept) const override {
    if (fits_.front().test.count() == 0) return {};
    auto& state = dynamic_cast<FitsState&>(kept);
    std::vector<Metrics> measured;
    for (std::size_t i = 0; i < fits_.size(); ++i) {
      measured.push_back(measured_on(fit_plan_, fits_[i], fits_[i].test, trial.params, *state.fits[i]));
    }
    return summarised(measured, {});
  }

  Product produce(const Trial& trial, const OnReport& on_report) const override {
    const FitData data = on_device({whole(data_)}, device_).front();
    const auto fit = begin_fit(fit_plan_, data.info, trial.params, fit_seed(trial, 0));
    while (fit->epoch < trial.until) {
      train_epoch(fit_plan_, data, trial.params, /*last=*/false, *fit);
      if (!on_report({fit->epoch, fit->metrics})) break;
    }
    return product_of(data, trial.params, *fit);
  }

 private:
  std::unique_ptr<Model> model_;
  at::Device device_;
  Dataset data_;  ///< as it was given
  std::vector<FitData> fits_;
  FitPlan fit_plan_{nullptr, 0, {}, at::kCPU};
  TrainerSummary summary_;
};

}  // namespace

std::unique_ptr<Engine> make_model_engine(const TrainerPlan& plan) { return std::make_unique<ModelEngine>(plan); }

}  // namespace pegbox
