#pragma once

#include <string>
#include <vector>

#include <c10/core/Device.h>

namespace pegbox {

/// The device that a study names: auto (a GPU where there is one), cpu, cuda or cuda:N. LibTorch's CUDA library is
/// opened here, when a GPU is asked for or there is one. Throws `StudyError` where the device is not there.
c10::Device find_device(const std::string& name);

/// One line for each device: the processor, then each GPU or why there is none.
std::vector<std::string> device_lines();

}  // namespace pegbox
