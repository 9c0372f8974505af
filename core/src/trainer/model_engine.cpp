#include "model_engine.hpp"

#include <mutex>
#include <utility>

#include <ATen/ops/empty.h>

#include <pegbox/error.hpp>
#include <pegbox/random.hpp>

#include "archive_parts.hpp"
#include "device_fault.hpp"
#include "device_places.hpp"
#include "fit_summary.hpp"
#include "fit_training.hpp"
#include "fits_state.hpp"
#include "memory_limit.hpp"
#include "option_checks.hpp"
#include "product.hpp"
#include "table_dataset.hpp"

namespace pegbox {
namespace {

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

/// The same fits on another device, by way of an archive, so that all that is kept in a checkpoint goes along.
std::vector<std::unique_ptr<Fit>> transferred(const FitsState& state, std::vector<std::unique_ptr<Fit>> fresh,
                                              const at::Device& device) {
  torch::serialize::OutputArchive saved;
  state.save(saved);
  const std::string bytes = packed(saved);
  torch::serialize::InputArchive archive;
  archive.load_from(bytes.data(), bytes.size(), device);
  FitsState target;
  target.fits = std::move(fresh);
  target.load(archive);
  return std::move(target.fits);
}

class ModelEngine final : public Engine {
 public:
  explicit ModelEngine(const TrainerPlan& plan)
      : model_(plan.model->create(plan.model_settings)),
        places_(plan.device, plan.per_device),
        data_(load(*model_, plan)),
        fits_(fits_of(data_, division_of(plan))),
        placed_(places_.size()),
        epochs_(plan.epochs),
        objective_(objective_of(plan, data_.info.task)),
        trial_memory_(places_.on_processor() ? plan.trial_memory : std::nullopt) {
    check_options(plan.space, data_);
    if (trial_memory_) count_memory();
  }

  TrainerSummary summary() const override {
    const FitData& first = fits_.front();
    return {data_.info.task == Task::classification,
            first.train.count(),
            first.validation.count(),
            first.test.count(),
            std::ssize(fits_),
            data_.info.outputs,
            places_.text(),
            places_.places()};
  }

  /// On the processor: which device it comes to is known when it runs.
  std::unique_ptr<TrialState> begin(const Trial& trial) const override {
    auto state = std::make_unique<FitsState>();
    if (trial_memory_) state->peak = checked_memory(trial);
    state->fits = begun(trial, at::kCPU);
    return state;
  }

  void run(const Trial& trial, TrialState& kept, const OnReport& on_report) const override {
    auto& state = dynamic_cast<FitsState&>(kept);
    if (state.epoch >= trial.until || state.ended()) return;
    at_a_place(trial, state, [&](const FitPlan& plan, const std::vector<FitData>& fits) {
      while (state.epoch < trial.until && !state.ended()) {
        const Budget epoch = state.epoch + 1;
        std::vector<Metrics> measured;
        for (std::size_t i = 0; i < fits.size(); ++i) {
          train_epoch(plan, fits[i], trial.params, epoch == trial.until, *state.fits[i]);
          measured.push_back(state.fits[i]->metrics);
        }
        state.epoch = epoch;
        Metrics summary = summarised(measured, objective_.metric);
        if (epoch == trial.until || state.ended()) add_use(state, plan.device, summary);
        if (!on_report({epoch, std::move(summary)})) return;
      }
    });
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
    at_a_place(trial, state, [&](const FitPlan& plan, const std::vector<FitData>& fits) {
      for (std::size_t i = 0; i < fits.size(); ++i) {
        measured.push_back(measured_on(plan, fits[i], fits[i].test, trial.params, *state.fits[i]));
      }
    });
    return summarised(measured, {});
  }

  Product produce(const Trial& trial, const OnReport& on_report) const override {
    const auto place = places_.take({});
    const FitPlan plan = plan_on(place.device());
    Product product;
    on_device(use_of(trial, plan.device), [&] {
      const FitData data = moved({whole(data_)}, plan.device).front();
      const auto fit = begin_fit(plan, data.info, trial.params, fit_seed(trial, 0));
      while (fit->epoch < trial.until) {
        train_epoch(plan, data, trial.params, /*last=*/false, *fit);
        if (!on_report({fit->epoch, fit->metrics})) return;
      }
      // While it learns it is measured with dropout, and before each step.
      fit->metrics.clear();
      for (const auto& [name, value] : measured_on(plan, data, data.train, trial.params, *fit)) {
        fit->metrics["train_" + name] = value;
      }
      product = product_of(data, trial.params, *fit);
    });
    return product;
  }

 private:
  /// The fits' data on one device, put there when it is first needed.
  struct Placed {
    std::once_flag once;
    std::vector<FitData> fits;
  };

  FitPlan plan_on(std::size_t place) const { return {model_.get(), epochs_, objective_, places_.device(place)}; }

  DeviceUse use_of(const Trial& trial, const at::Device& device) const {
    return {device, trial.params.get<std::int64_t>("batch_size"), places_.per_device()};
  }

  const std::vector<FitData>& fits_on(std::size_t place) const {
    if (places_.device(place).is_cpu()) return fits_;
    Placed& placed = placed_[place];
    std::call_once(placed.once, [&] { placed.fits = brought(places_.device(place)); });
    return placed.fits;
  }

  /// Data that would take more than half of a GPU's memory stays with the processor, and comes batch by batch.
  std::vector<FitData> brought(const at::Device& device) const {
    const at::Tensor first = at::empty({1}, device);  // the memory is known from then on
    const auto memory = total_memory(device);
    return memory && bytes_of(fits_) > *memory / 2 ? fits_ : moved(fits_, device);
  }

  std::vector<std::unique_ptr<Fit>> begun(const Trial& trial, const at::Device& device) const {
    const FitPlan plan{model_.get(), epochs_, objective_, device};
    std::vector<std::unique_ptr<Fit>> fits;
    for (std::size_t i = 0; i < fits_.size(); ++i) {
      fits.push_back(begin_fit(plan, fits_[i].info, trial.params, fit_seed(trial, i)));
    }
    return fits;
  }

  /// Does the work on a device where there is a place; the state comes along.
  template <class Work>
  void at_a_place(const Trial& trial, FitsState& state, const Work& work) const {
    const auto place = places_.take(state.place);
    const FitPlan plan = plan_on(place.device());
    on_device(use_of(trial, plan.device), [&] {
      if (places_.per_device() == 1) reset_peak(plan.device);
      const bool there = state.place ? *state.place == place.device() : plan.device.is_cpu();
      if (!there) state.fits = transferred(state, begun(trial, plan.device), plan.device);
      state.place = place.device();
      work(plan, fits_on(place.device()));
    });
  }

  std::int64_t checked_memory(const Trial& trial) const {
    return check_memory(trial_memory_, [&](const OnStage& on_stage) {
      on_stage("when it was built");
      const auto fits = begun(trial, at::kCPU);
      const auto batch_size = trial.params.get<std::int64_t>("batch_size");
      on_stage("in a training step with batch size " + std::to_string(batch_size));
      train_batch(plan_on(0), fits_.front(), trial.params, *fits.front());
    });
  }

  /// Which GPU it is on, and the memory that was needed: with several trials on a GPU, by all of them.
  static void add_use(const FitsState& state, const at::Device& device, Metrics& metrics) {
    if (!device.is_cpu()) metrics["gpu"] = device.index();
    const auto peak = device.is_cpu() ? state.peak : peak_memory(device);
    if (peak) metrics["peak_memory"] = static_cast<double>(*peak);
  }

  std::unique_ptr<Model> model_;
  mutable DevicePlaces places_;
  Dataset data_;               ///< as it was given
  std::vector<FitData> fits_;  ///< on the processor
  mutable std::vector<Placed> placed_;
  Budget epochs_;
  Objective objective_;
  std::optional<std::int64_t> trial_memory_;
};

}  // namespace

std::unique_ptr<Engine> make_model_engine(const TrainerPlan& plan) { return std::make_unique<ModelEngine>(plan); }

}  // namespace pegbox
