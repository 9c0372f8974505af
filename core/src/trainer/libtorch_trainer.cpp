#include "libtorch_trainer.hpp"

#include <map>
#include <mutex>
#include <stdexcept>

#include <ATen/Parallel.h>
#include <c10/util/Exception.h>

#include <pegbox/error.hpp>

#include "dataset_builder.hpp"
#include "device.hpp"
#include "training.hpp"

namespace pegbox {
namespace {

/// Trials run in parallel, each on one thread. The setting is the thread's own.
void use_one_thread() {
  if (at::get_num_threads() != 1) at::set_num_threads(1);
}

/// LibTorch's errors carry pages of backtrace; users want the sentence.
template <class Function>
void without_backtrace(const Function& function) {
  try {
    function();
  } catch (const c10::Error& error) {
    throw std::runtime_error(error.what_without_backtrace());
  }
}

Dataset load(const Model& model, const TrainerPlan& plan) {
  Dataset data = model.data(plan.data == nullptr ? Dataset{} : as_dataset(*plan.data));
  if (data.train.rows() == 0) {
    throw StudyError("the study names no data and the model brings none; say which with 'data:'");
  }
  return prepared(std::move(data), plan.validation, plan.seed);
}

std::runtime_error gone(int trial) {
  return std::runtime_error("the network of trial " + std::to_string(trial) + " is no longer kept");
}

class LibTorchTrainer final : public Trainer {
 public:
  explicit LibTorchTrainer(const TrainerPlan& plan) : device_(find_device(plan.device)) {
    use_one_thread();
    model_ = plan.model->create(plan.model_settings);
    data_ = load(*model_, plan);
    data_.train = data_.train.to(device_);
    data_.validation = data_.validation.to(device_);
  }

  TrainerSummary summary() const override {
    return {data_.info.task == Task::classification, data_.train.rows(), data_.validation.rows(), data_.info.outputs,
            device_.str()};
  }

  void run(const Trial& trial, const std::function<bool(const Report&)>& on_report) override {
    use_one_thread();
    without_backtrace([&] {
      auto state = taken(trial.number);
      if (state == nullptr && trial.epochs() > 0) throw gone(trial.number);
      if (state == nullptr) state = begin_trial(*model_, data_.info, trial, device_);
      {
        const TrialRandom::Use use(state->random);
        for (Budget epoch = trial.epochs() + 1; epoch <= trial.until; ++epoch) {
          if (!on_report(train_epoch(*model_, data_, trial, epoch, *state))) break;
        }
      }
      keep(trial.number, std::move(state));
    });
  }

  void fork(const Trial& source, const Trial& copy) override {
    without_backtrace([&] {
      auto state = begin_trial(*model_, data_.info, copy, device_);
      {
        const std::lock_guard lock(mutex_);
        const auto found = kept_.find(source.number);
        if (found == kept_.end()) throw gone(source.number);
        copy_weights(*found->second->network, *state->network);
      }
      keep(copy.number, std::move(state));
    });
  }

  void release(int trial) noexcept override { taken(trial); }

 private:
  std::unique_ptr<TrialState> taken(int trial) {
    const std::lock_guard lock(mutex_);
    auto node = kept_.extract(trial);
    return node.empty() ? nullptr : std::move(node.mapped());
  }

  void keep(int trial, std::unique_ptr<TrialState> state) {
    const std::lock_guard lock(mutex_);
    kept_.insert_or_assign(trial, std::move(state));
  }

  c10::Device device_;
  std::unique_ptr<Model> model_;
  Dataset data_;
  std::mutex mutex_;
  std::map<int, std::unique_ptr<TrialState>> kept_;  ///< by trial
};

}  // namespace

std::unique_ptr<Trainer> make_trainer(const TrainerPlan& plan) {
  std::unique_ptr<Trainer> trainer;
  without_backtrace([&] { trainer = std::make_unique<LibTorchTrainer>(plan); });
  return trainer;
}

}  // namespace pegbox
