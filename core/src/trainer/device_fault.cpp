#include "device_fault.hpp"

#include <algorithm>
#include <array>
#include <new>
#include <string_view>

#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/core/CachingDeviceAllocator.h>
#include <c10/core/DeviceGuard.h>
#include <c10/util/Exception.h>

#include "memory_text.hpp"

namespace pegbox {
namespace {

/// Of cudaError_t.
constexpr std::int32_t kMemoryAllocation = 2;
constexpr std::array<std::int32_t, 22> kLost{
    46,   // devices unavailable
    100,  // no device
    101,  // invalid device
    214,  // uncorrectable ECC error
    220,  // uncorrectable NVLink error
    226,  // contained hardware error
    700,  // illegal address
    702,  // launch timeout
    709,  // context is destroyed
    710,  // assert in a kernel
    714,  // hardware stack error
    715,  // illegal instruction
    716,  // misaligned address
    717,  // invalid address space
    718,  // invalid program counter
    719,  // launch failure
    721,  // tensor memory leak
    802,  // system not ready
    805,  // MPS connection failed
    806,  // MPS call failed
    810,  // MPS client terminated
    999,  // unknown
};

/// Where the type says nothing: libraries beside CUDA's runtime, and models that throw what they caught as another
/// type. LibTorch puts these words before CUDA's own.
constexpr std::array<std::string_view, 3> kFromCuda{"CUDA error", "cuDNN error", "CUDA driver error"};
constexpr std::array<std::string_view, 4> kOutOfMemoryWords{
    "out of memory", "CUBLAS_STATUS_ALLOC_FAILED", "CUDNN_STATUS_ALLOC_FAILED", "CUSOLVER_STATUS_ALLOC_FAILED"};
constexpr std::array<std::string_view, 14> kLostWords{"device-side assert triggered",
                                                      "illegal memory access was encountered",
                                                      "illegal instruction was encountered",
                                                      "misaligned address",
                                                      "operation not supported on global/shared address space",
                                                      "invalid program counter",
                                                      "hardware stack error",
                                                      "unspecified launch failure",
                                                      "the launch timed out and was terminated",
                                                      "uncorrectable ECC error",
                                                      "uncorrectable NVLink error",
                                                      "context is destroyed",
                                                      "CUBLAS_STATUS_EXECUTION_FAILED",
                                                      "CUDNN_STATUS_EXECUTION_FAILED"};
constexpr std::string_view kProcessorOutOfMemory = "DefaultCPUAllocator: can't allocate memory";

template <std::size_t Count>
bool has_any(std::string_view text, const std::array<std::string_view, Count>& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

DeviceFault fault_of_number(std::int32_t number) {
  if (number == kMemoryAllocation) return DeviceFault::out_of_memory;
  return std::find(kLost.begin(), kLost.end(), number) == kLost.end() ? DeviceFault::none : DeviceFault::lost;
}

DeviceFault fault_of_text(std::string_view text) {
  if (text.find(kProcessorOutOfMemory) != std::string_view::npos) return DeviceFault::out_of_memory;
  if (text.find("CUDA out of memory") != std::string_view::npos) return DeviceFault::out_of_memory;
  if (!has_any(text, kFromCuda)) return DeviceFault::none;
  if (has_any(text, kOutOfMemoryWords)) return DeviceFault::out_of_memory;
  return has_any(text, kLostWords) ? DeviceFault::lost : DeviceFault::none;
}

/// The first line of what LibTorch says: advice and a backtrace follow.
std::string sentence(const std::exception& error) {
  const auto* own = dynamic_cast<const c10::Error*>(&error);
  const std::string text = own == nullptr ? error.what() : own->what_without_backtrace();
  return text.substr(0, text.find('\n'));
}

/// Null on the processor, and before the first tensor is on a GPU: LibTorch's allocator answers nothing till then.
c10::DeviceAllocator* allocator_of(const c10::Device& device) {
  if (device.is_cpu()) return nullptr;
  auto* allocator = c10::getDeviceAllocator(device.type());
  return allocator->initialized() ? allocator : nullptr;
}

/// For sentences; never the reason that another error is not told.
std::optional<std::int64_t> if_known(std::optional<std::int64_t> (*number)(const c10::Device&),
                                     const c10::Device& device) {
  try {
    return number(device);
  } catch (const std::exception&) {
    return {};
  }
}

[[noreturn]] void tell_out_of_memory(const DeviceUse& use) {
  const std::string text =
      out_of_memory_text(use, if_known(&peak_memory, use.device), if_known(&total_memory, use.device));
  release_memory(use.device);
  throw std::runtime_error(text);
}

[[noreturn]] void tell_lost(const c10::Device& device, const std::string& why) {
  throw DeviceError(device.str() + " is lost to this process: " + why);
}

}  // namespace

DeviceFault fault_of(const std::exception& error) {
  if (dynamic_cast<const DeviceError*>(&error) != nullptr) return DeviceFault::lost;
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr) return DeviceFault::out_of_memory;
  if (dynamic_cast<const c10::OutOfMemoryError*>(&error) != nullptr) return DeviceFault::out_of_memory;
  if (const auto* cuda = dynamic_cast<const c10::AcceleratorError*>(&error)) {
    return fault_of_number(cuda->get_error_code());
  }
  return fault_of_text(error.what());
}

void throw_if_lost(const c10::Device& device, const std::exception& error) {
  if (fault_of(error) == DeviceFault::lost) tell_lost(device, sentence(error));
}

bool works(const c10::Device& device) noexcept {
  if (device.is_cpu()) return true;
  try {
    at::detail::getCUDAHooks().deviceSynchronize(device.index());
    return true;
  } catch (...) {
    return false;
  }
}

void release_memory(const c10::Device& device) {
  if (auto* allocator = allocator_of(device)) allocator->emptyCache();
}

std::optional<std::int64_t> peak_memory(const c10::Device& device) {
  auto* allocator = allocator_of(device);
  if (allocator == nullptr) return {};
  constexpr auto kAll = static_cast<std::size_t>(c10::CachingAllocator::StatType::AGGREGATE);
  return allocator->getDeviceStats(device.index()).allocated_bytes.at(kAll).peak;
}

std::optional<std::int64_t> total_memory(const c10::Device& device) {
  auto* allocator = allocator_of(device);
  if (allocator == nullptr) return {};
  return static_cast<std::int64_t>(allocator->getMemoryInfo(device.index()).second);
}

void reset_peak(const c10::Device& device) {
  if (auto* allocator = allocator_of(device)) allocator->resetPeakStats(device.index());
}

std::string out_of_memory_text(const DeviceUse& use, std::optional<std::int64_t> peak,
                               std::optional<std::int64_t> total) {
  std::string text = "out of memory on " + use.device.str();
  if (use.batch_size) text += " at batch size " + std::to_string(*use.batch_size);
  if (peak) text += ": peak " + memory_text(*peak);
  if (peak && total) text += " of " + memory_text(*total);
  text += "; a smaller batch_size or network fits";
  if (use.device.is_cpu()) return text + ", or fewer 'jobs'";
  return use.per_device > 1 ? text + ", or 'per_device: 1'" : text;
}

void on_device(const DeviceUse& use, const std::function<void()>& work) {
  // Told after the handler: what was thrown may hold tensors.
  DeviceFault fault = DeviceFault::none;
  std::string why;
  try {
    const c10::DeviceGuard guard(use.device);
    return work();
  } catch (const DeviceError&) {
    throw;
  } catch (const std::exception& error) {
    fault = fault_of(error);
    why = sentence(error);
    // A kernel's fault comes to light late, as an error of something else, and in a neighbour's work too.
    if (!works(use.device)) fault = DeviceFault::lost;
    if (fault == DeviceFault::none) throw;
  }
  if (fault == DeviceFault::out_of_memory) tell_out_of_memory(use);
  tell_lost(use.device, why);
}

}  // namespace pegbox
