#pragma once

#include <cstdint>
#include <string>

namespace pegbox {

/// `7.9 GB`, `512 MB`, `900 bytes`: to two digits, in powers of 1,000 as in the study file.
std::string memory_text(std::int64_t bytes);

}  // namespace pegbox
