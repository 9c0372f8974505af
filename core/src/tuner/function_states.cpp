#include "function_states.hpp"

#include <charconv>
#include <utility>

#include "files/sealed_file.hpp"

namespace pegbox {

void FunctionStates::keep(int trial, FunctionState state) {
  const std::lock_guard lock(mutex_);
  states_.insert_or_assign(trial, std::move(state));
}

std::optional<FunctionState> FunctionStates::find(int trial, Budget epoch) const {
  auto state = in_memory(trial);
  if (!state || state->epoch != epoch) state = in_file(trial);
  return state && state->epoch == epoch ? state : std::nullopt;
}

void FunctionStates::save(int trial) noexcept {
  try {
    const auto state = in_memory(trial);
    if (plan_.folder.empty() || !state) return;
    std::filesystem::create_directories(plan_.folder);
    write_sealed(file_of(trial), std::to_string(state->epoch) + '\n' + state->bytes);
  } catch (const std::exception& error) {
    plan_.on_fault("the state of trial " + std::to_string(trial) + " cannot be written: " + error.what());
  }
}

void FunctionStates::unload(int trial) noexcept {
  const std::lock_guard lock(mutex_);
  states_.erase(trial);
}

void FunctionStates::forget(int trial) noexcept {
  unload(trial);
  if (!plan_.folder.empty()) remove_sealed(file_of(trial));
}

std::filesystem::path FunctionStates::file_of(int trial) const {
  return plan_.folder / (std::to_string(trial) + ".state");
}

std::optional<FunctionState> FunctionStates::in_memory(int trial) const {
  const std::lock_guard lock(mutex_);
  const auto found = states_.find(trial);
  return found == states_.end() ? std::nullopt : std::optional(found->second);
}

/// A file that cannot be read is as good as none: the trial is trained again.
std::optional<FunctionState> FunctionStates::in_file(int trial) const try {
  if (plan_.folder.empty()) return {};
  const auto text = read_sealed(file_of(trial));
  if (!text) return {};
  const std::size_t end = text->find('\n');
  if (end == std::string::npos) return {};
  FunctionState state;
  const auto [rest, error] = std::from_chars(text->data(), text->data() + end, state.epoch);
  if (error != std::errc() || rest != text->data() + end) return {};
  state.bytes = text->substr(end + 1);
  return state;
} catch (const std::filesystem::filesystem_error&) {
  return {};
}

}  // namespace pegbox
