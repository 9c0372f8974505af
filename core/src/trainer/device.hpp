#pragma once

#include <string>
#include <vector>

#include <c10/core/Device.h>

namespace pegbox {

/// The devices that a study names, at least one: auto (the first GPU, or the processor where there is none), cpu, cuda
/// (the first GPU), cuda:N, or all (every GPU). LibTorch's CUDA library is opened here, when a GPU is asked for or
/// there is one. Throws `StudyError` where a device is not there.
std::vector<c10::Device> find_devices(const std::string& name);

/// The first of them.
c10::Device find_device(const std::string& name);

/// The same on a machine with so many GPUs, or none: then `fault` says why.
std::vector<c10::Device> devices_named(const std::string& name, int gpus, const std::string& fault);

/// One line for each device: the processor, then each GPU or why there is none.
std::vector<std::string> device_lines();

}  // namespace pegbox
