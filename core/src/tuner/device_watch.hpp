#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <string>

#include "scheduler/runner.hpp"
#include "trainer/device_error.hpp"

namespace pegbox {

/// Ends the study in order where a device is lost: the trial that met it fails with the reason; whatever else goes
/// wrong in this process from then on is no result, and its trials go on with the next run. Thread-safe.
class DeviceWatch {
 public:
  /// `stop` is set to have the study end.
  explicit DeviceWatch(std::atomic<bool>& stop) : stop_(stop) {}

  /// Does a trial's work. Throws what the work throws; `std::runtime_error` where it is the first to meet a lost
  /// device, and then the study is asked to stop; `Interrupted` where it fails afterwards.
  template <class Work>
  auto watch(int trial, const Work& work) {
    try {
      return work();
    } catch (const DeviceError& error) {
      lose(trial, error);
    } catch (...) {
      if (lost()) throw Interrupted();
      throw;
    }
  }

  /// The same for work whose failure fails no trial: with a lost device it is left undone.
  template <class Work>
  void try_to(int trial, const Work& work) {
    try {
      work();
    } catch (const DeviceError& error) {
      note(trial, error);
    } catch (...) {
      if (!lost()) throw;
    }
  }

  /// Why the study was stopped, in one sentence that names the device and the trial; nothing while all is well.
  std::optional<std::string> lost() const;

 private:
  bool note(int trial, const DeviceError& error);
  [[noreturn]] void lose(int trial, const DeviceError& error);

  std::atomic<bool>& stop_;
  mutable std::mutex mutex_;
  std::optional<std::string> lost_;
};

}  // namespace pegbox
