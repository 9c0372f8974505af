#include "study_trainer.hpp"

#include <utility>

#include <pegbox/error.hpp>

#include "trainer/device_error.hpp"
#include "trainer_library.hpp"

namespace pegbox {
namespace {

TrainerPlan trainer_plan(const Setup& setup, CheckpointPlan checkpoints) {
  TrainerPlan plan;
  plan.model = &load_model(setup.model->file);
  plan.model_settings = setup.model->settings;
  plan.data = setup.data ? &*setup.data : nullptr;
  plan.validation = setup.study.validation;
  plan.folds = setup.study.folds;
  plan.repeats = setup.study.repeats;
  plan.test = setup.study.test;
  plan.epochs = setup.study.epochs;
  plan.space = setup.space;
  if (!setup.study.objectives.empty()) plan.objective = setup.study.objectives.front();
  plan.seed = setup.study.seed;
  plan.device = setup.study.run.device;
  plan.per_device = setup.study.run.per_device;
  plan.trial_memory = setup.study.run.trial_memory;
  plan.checkpoints = std::move(checkpoints);
  return plan;
}

}  // namespace

std::unique_ptr<Trainer> make_study_trainer(const Setup& setup, CheckpointPlan checkpoints) {
  try {
    return trainer_library().create(trainer_plan(setup, std::move(checkpoints)));
  } catch (const StudyError&) {
    throw;  // a mistake in the study is not the model's, so the model is not named for it
  } catch (const DeviceError&) {
    throw;  // nor is a broken device
  } catch (...) {
    rethrow_from(setup.model->file);
  }
}

}  // namespace pegbox
