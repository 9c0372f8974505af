#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <string>

#include <c10/core/Device.h>

#include "device_error.hpp"

namespace pegbox {

/// What an exception from training means for the device.
enum class DeviceFault {
  none,           ///< nothing: the trial alone is at fault
  out_of_memory,  ///< the trial does not fit; others go on
  lost            ///< the device is lost to this process
};

/// By the type of the exception and, for CUDA, the number of its error; else by its words. The numbers are those of
/// which CUDA says that the process must be started anew (CUDA Runtime API, `cudaError_t`), and those that say that the
/// device is gone.
DeviceFault fault_of(const std::exception& error);

/// Throws `DeviceError` where the exception means that the device is lost.
void throw_if_lost(const c10::Device& device, const std::exception& error);

/// Whether the device still does what it is asked; waits for what was asked of it. The processor always does.
bool works(const c10::Device& device) noexcept;

/// Gives memory back that LibTorch holds ready but does not use. Of the processor it holds none.
void release_memory(const c10::Device& device);

/// Most bytes that tensors took on the GPU at once since `reset_peak`, those of all trials on it; nothing on the
/// processor.
std::optional<std::int64_t> peak_memory(const c10::Device& device);

/// All memory of the GPU, once a tensor was on it; nothing on the processor.
std::optional<std::int64_t> total_memory(const c10::Device& device);

/// Peaks are counted anew from what is in use now.
void reset_peak(const c10::Device& device);

/// For sentences.
struct DeviceUse {
  c10::Device device;
  std::optional<std::int64_t> batch_size = {};
  int per_device = 1;
};

/// `out of memory on cuda:0 at batch size 256: peak 7.9 GB of 8 GB; a smaller batch_size or network fits, or
/// 'per_device: 1'`. What is not known is left out.
std::string out_of_memory_text(const DeviceUse& use, std::optional<std::int64_t> peak,
                               std::optional<std::int64_t> total);

/// Does the work of one trial. Out of memory: gives back what is not used and throws `std::runtime_error` with the
/// sentence above, so tensors must live within the work. A lost device: throws `DeviceError`. What else the work throws
/// goes on as it is.
void on_device(const DeviceUse& use, const std::function<void()>& work);

}  // namespace pegbox
