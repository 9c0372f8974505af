#include "checkpoint_folder.hpp"

#include <exception>

#include <c10/util/Exception.h>

#include "device_fault.hpp"
#include "files/sealed_file.hpp"

namespace pegbox {
namespace {

/// The sentence in an exception, without what its type adds. Called while it is handled.
std::string reason() {
  try {
    throw;
  } catch (const std::filesystem::filesystem_error& error) {
    return error.code().message();
  } catch (const c10::Error& error) {
    return error.what_without_backtrace();
  } catch (const std::exception& error) {
    return error.what();
  }
}

}  // namespace

bool CheckpointFolder::write(const Trial& trial, const TrialState& state) const {
  if (!used()) return false;
  const std::filesystem::path file = file_of(trial.number);
  try {
    std::filesystem::create_directories(plan_.folder);
    write_sealed(file, pack_checkpoint(plan_.study, trial, state));
    return true;
  } catch (const std::exception& error) {
    throw_if_lost(c10::kCPU, error);  // no fault of the file
    if (plan_.on_fault) plan_.on_fault("the checkpoint '" + file.string() + "' cannot be written: " + reason());
    return false;
  }
}

CheckpointFolder::Found CheckpointFolder::read(const Trial& trial) const {
  if (!used()) return {};
  std::optional<std::string> bytes;
  try {
    const std::filesystem::path file = file_of(trial.number);
    bytes = read_sealed(file);
    if (!bytes) return {{}, std::filesystem::exists(file) ? "is torn" : ""};
  } catch (const std::filesystem::filesystem_error&) {
    return {{}, "cannot be read: " + reason()};
  }
  try {
    Checkpoint checkpoint(*bytes, device_);
    if (!checkpoint.belongs_to(plan_.study, trial)) return {{}, "is of another study, seed or hyperparameters"};
    return {std::move(checkpoint), {}};
  } catch (const std::exception& error) {
    throw_if_lost(c10::kCPU, error);  // no fault of the file
    // LibTorch has many exceptions for bytes that are not its own.
    return {{}, "is torn"};
  }
}

void CheckpointFolder::remove(int trial) const noexcept {
  if (used()) remove_sealed(file_of(trial));
}

std::filesystem::path CheckpointFolder::file_of(int trial) const {
  return plan_.folder / (std::to_string(trial) + ".checkpoint");
}

}  // namespace pegbox
