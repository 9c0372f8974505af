#include "device.hpp"

#include <dlfcn.h>
#include <filesystem>
#include <thread>

#include <ATen/Context.h>
#include <ATen/Version.h>
#include <ATen/detail/CUDAHooksInterface.h>

#include <pegbox/error.hpp>

namespace pegbox {
namespace {

/// Whether it is worth opening 500 MB of CUDA library to look for a GPU: NVIDIA's driver, or Windows's under Linux.
bool has_driver() {
  return std::filesystem::exists("/proc/driver/nvidia/version") || std::filesystem::exists("/dev/dxg");
}

/// What keeps CUDA from being used, or nothing. Opens the CUDA library the first time.
std::string cuda_fault() {
  static const std::string fault = []() -> std::string {
    if (!has_driver()) return "there is no NVIDIA driver";
    // Global, since the library finds its place among LibTorch's devices by its own initialisers and symbols.
    if (dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL) == nullptr) {
      return "LibTorch's CUDA library does not load (" + std::string(dlerror()) + ")";
    }
    if (!at::hasCUDA()) return "LibTorch sees no GPU (driver missing or too old)";
    if (at::detail::getCUDAHooks().deviceCount() == 0) return "there is no GPU";
    return {};
  }();
  return fault;
}

int gpu_count() { return cuda_fault().empty() ? at::detail::getCUDAHooks().deviceCount() : 0; }

c10::Device gpu(int index) { return {c10::DeviceType::CUDA, static_cast<c10::DeviceIndex>(index)}; }

std::vector<c10::Device> all_gpus(int count) {
  std::vector<c10::Device> gpus;
  for (int i = 0; i < count; ++i) gpus.push_back(gpu(i));
  return gpus;
}

}  // namespace

std::vector<c10::Device> devices_named(const std::string& name, int gpus, const std::string& fault) {
  const c10::Device cpu(c10::DeviceType::CPU);
  if (name == "cpu" || (name == "auto" && gpus == 0)) return {cpu};
  if (name == "auto") return {gpu(0)};
  if (gpus == 0) throw StudyError("device '" + name + "' cannot be used: " + fault + "; 'device: cpu' works here");
  if (name == "all") return all_gpus(gpus);
  const int index = name == "cuda" ? 0 : std::stoi(name.substr(name.find(':') + 1));
  if (index >= gpus) {
    throw StudyError("there is no device '" + name + "'; GPUs here: " + std::to_string(gpus) + ", from cuda:0 on");
  }
  return {gpu(index)};
}

std::vector<c10::Device> find_devices(const std::string& name) {
  if (name == "cpu") return devices_named(name, 0, {});
  return devices_named(name, gpu_count(), cuda_fault());
}

c10::Device find_device(const std::string& name) { return find_devices(name).front(); }

std::vector<std::string> device_lines() {
  std::vector<std::string> lines{"cpu: " + std::to_string(std::thread::hardware_concurrency()) + " threads, " +
                                 at::get_cpu_capability()};
  if (const std::string fault = cuda_fault(); !fault.empty()) lines.push_back("cuda: " + fault);
  for (int i = 0; i < gpu_count(); ++i) lines.push_back("cuda:" + std::to_string(i) + ": ready");
  return lines;
}

}  // namespace pegbox
