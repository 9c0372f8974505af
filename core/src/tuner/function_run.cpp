#include "function_run.hpp"

#include <stdexcept>
#include <utility>

namespace pegbox {
namespace {

std::string epoch_text(Budget epoch) { return "epoch " + std::to_string(epoch); }

}  // namespace

FunctionRun::FunctionRun(const Trial& trial, Budget epochs, std::optional<FunctionState> given,
                         const OnReport& on_report)
    : trial_(trial),
      epochs_(epochs),
      given_(std::move(given)),
      on_report_(on_report),
      told_(trial.epochs()),
      last_(given_ ? given_->epoch : 0) {}

void FunctionRun::train(const TrialFunction& function) {
  try {
    function(*this);
  } catch (...) {
    if (failure_ == nullptr) failure_ = std::current_exception();
  }
  // First what went wrong in a report, though the function may have held it back.
  if (failure_ != nullptr) std::rethrow_exception(failure_);
  check_ended();
}

std::optional<std::string> FunctionRun::restore() {
  asked_ = true;
  return given_ ? std::optional(given_->bytes) : std::nullopt;
}

bool FunctionRun::report(Budget epoch, const Metrics& metrics) {
  if (failure_ != nullptr) std::rethrow_exception(failure_);
  try {
    return reported(epoch, metrics);
  } catch (...) {
    failure_ = std::current_exception();
    throw;
  }
}

bool FunctionRun::reported(Budget epoch, const Metrics& metrics) {
  check(epoch);
  last_ = epoch;
  if (epoch <= told_) return true;
  const bool goes_on = on_report_({epoch, metrics});
  if (goes_on && epoch < trial_.until) return true;
  stopped_ = true;
  // After the last epoch there is nothing to go on to.
  if (saver_ && epoch < epochs_) stopped_at_ = FunctionState{epoch, saver_()};
  return false;
}

void FunctionRun::check(Budget epoch) const {
  if (stopped_) {
    throw std::runtime_error("the function reported " + epoch_text(epoch) + " after it had been told to stop at " +
                             epoch_text(last_) + ": where 'report' returns false, it has to return");
  }
  if (epoch != last_ + 1) {
    throw std::runtime_error("the function reported " + epoch_text(epoch) + " where " + epoch_text(last_ + 1) +
                             " is next: each epoch is reported once, in ascending order");
  }
  if (given_ && !asked_) {
    throw std::runtime_error(
        "the function trained on without its state: what 'save' wrote has to be asked for by 'restore' before the "
        "first report");
  }
}

void FunctionRun::check_ended() const {
  if (last_ < told_) {
    throw std::runtime_error("the function, run again from its beginning, ended at " + epoch_text(last_) +
                             " where it had reached " + epoch_text(told_) +
                             ": it has to do the same each time, or state how its state is saved");
  }
  if (last_ == 0) throw std::runtime_error("the function returned without a report");
}

}  // namespace pegbox
