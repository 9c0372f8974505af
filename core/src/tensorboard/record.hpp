#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pegbox {

/// CRC-32C, of the polynomial of G. Castagnoli and others, "Optimization of cyclic redundancy-check codes with 24 and
/// 32 parity bits" (1993).
std::uint32_t crc32c(std::string_view bytes);

/// A record of a TFRecord file: the length of the data (8 bytes), a checksum of it (4), the data, a checksum of that
/// (4), all lowest byte first. The checksums are masked, so that those of data that holds checksums are sound too.
std::string tf_record(std::string_view data);

}  // namespace pegbox
