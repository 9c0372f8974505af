#include "loop_engine.hpp"

#include <stdexcept>

#include <pegbox/error.hpp>

#include "device_fault.hpp"
#include "device_places.hpp"
#include "loop_run.hpp"

namespace pegbox {
namespace {

class LoopEngine final : public Engine {
 public:
  explicit LoopEngine(const TrainerPlan& plan)
      : places_(plan.device, plan.per_device),
        epochs_(plan.epochs),
        loop_(plan.model->create_loop(plan.model_settings)) {}

  TrainerSummary summary() const override {
    TrainerSummary summary;
    summary.device = places_.text();
    summary.places = places_.places();
    return summary;
  }

  std::unique_ptr<TrialState> begin(const Trial& trial) const override {
    return std::make_unique<LoopState>(TrialRandom(trial.seed, c10::kCPU));
  }

  void run(const Trial& trial, TrialState& state, const OnReport& on_report) const override {
    auto& own = dynamic_cast<LoopState&>(state);
    if (own.ended() || own.epoch >= trial.until) return;
    const auto place = places_.take({});
    const c10::Device device = places_.device(place.device());
    TrialRandom random(trial.seed, device);  // a GPU's streams are of one GPU
    random.restore(own.random().state());
    own.random() = std::move(random);
    on_device({device, {}, places_.per_device()}, [&] {
      const TrialRandom::Use use(own.random());
      LoopRun(trial, device, epochs_, own, on_report).train(*loop_);
    });
  }

  void copy(const TrialState& source, TrialState& target) const override {
    const auto& bytes = dynamic_cast<const LoopState&>(source).kept();
    if (!bytes) {
      throw std::runtime_error(
          "a trial cannot begin with the weights of another: the loop states no way to save its state, or it ended "
          "before it was told to");
    }
    dynamic_cast<LoopState&>(target).keep(bytes);
  }

  Metrics test(const Trial& /*trial*/, TrialState& /*state*/) const override { return {}; }

  Product produce(const Trial& trial, const OnReport& on_report) const override {
    const auto state = begin(trial);
    Product product;
    run(trial, *state, [&](const Report& report) {
      product.metrics = report.metrics;
      return on_report(report);
    });
    const auto& bytes = dynamic_cast<const LoopState&>(*state).kept();
    if (!bytes) {
      throw StudyError(
          "there is nothing to write: the loop states no way to save its state, or it ended before it was told to");
    }
    product.bytes = *bytes;
    return product;
  }

 private:
  mutable DevicePlaces places_;
  const Budget epochs_;
  const std::unique_ptr<Loop> loop_;
};

}  // namespace

std::unique_ptr<Engine> make_loop_engine(const TrainerPlan& plan) {
  if (plan.data != nullptr) {
    throw StudyError("the model trains itself and brings its own data: leave 'data' out of the study");
  }
  return std::make_unique<LoopEngine>(plan);
}

}  // namespace pegbox
