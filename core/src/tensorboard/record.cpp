#include "record.hpp"

#include <bit>

#include <boost/crc.hpp>

#include "little_endian.hpp"

namespace pegbox {
namespace {

std::uint32_t masked(std::uint32_t checksum) {
  constexpr std::uint32_t kDelta = 0xA282EAD8;
  return std::rotr(checksum, 15) + kDelta;
}

}  // namespace

std::uint32_t crc32c(std::string_view bytes) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(bytes.data(), bytes.size());
  return crc.checksum();
}

std::string tf_record(std::string_view data) {
  std::string record;
  append_little_endian(record, std::uint64_t{data.size()});
  append_little_endian(record, masked(crc32c(record)));
  record += data;
  append_little_endian(record, masked(crc32c(data)));
  return record;
}

}  // namespace pegbox
