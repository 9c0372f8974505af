#include "content_hash.hpp"

#include <bit>
#include <cstring>
#include <span>

namespace pegbox {
namespace {

/// Eight bytes a step. Each step is a bijection of the sum for given bits, and of the bits for a given sum; the
/// rotation carries high bits to where the multiplication spreads them. The end is the finaliser of splitmix64 (G. L.
/// Steele Jr. et al., "Fast splittable pseudorandom number generators", OOPSLA 2014).
class Hash {
 public:
  void add(std::uint64_t bits) { sum_ = std::rotl(sum_ ^ (bits * 0x9E3779B97F4A7C15U), 27) * 0xBF58476D1CE4E5B9U + 1; }

  template <class Number>
  void add(std::span<const Number> numbers) {
    const auto bytes = std::as_bytes(numbers);
    std::uint64_t word = 0;
    std::size_t at = 0;
    for (; at + sizeof word <= bytes.size(); at += sizeof word) {
      std::memcpy(&word, bytes.data() + at, sizeof word);
      add(word);
    }
    word = 0;
    if (at < bytes.size()) std::memcpy(&word, bytes.data() + at, bytes.size() - at);
    add(word);
    add(static_cast<std::uint64_t>(bytes.size()));
  }

  void add(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) add(std::span<const char>(text));
    add(static_cast<std::uint64_t>(texts.size()));
  }

  void add(const Part& part) {
    part.inputs.are_bytes() ? add(part.inputs.bytes()) : add(part.inputs.floats());
    add(std::span<const double>(part.targets));
  }

  std::string text() const {
    constexpr char kDigits[] = "0123456789abcdef";
    std::uint64_t bits = (sum_ ^ (sum_ >> 30U)) * 0xBF58476D1CE4E5B9U;
    bits = (bits ^ (bits >> 27U)) * 0x94D049BB133111EBU;
    bits ^= bits >> 31U;
    std::string hex;
    for (int shift = 60; shift >= 0; shift -= 4) hex += kDigits[bits >> shift & 15U];
    return hex;
  }

 private:
  std::uint64_t sum_ = 0;
};

}  // namespace

std::string content_hash(const Table& table) {
  Hash hash;
  hash.add(table.columns);
  hash.add(table.classes);
  hash.add(std::span<const std::int64_t>(table.shape));
  hash.add(static_cast<std::uint64_t>(table.outputs));
  hash.add(table.train);
  hash.add(table.test);
  hash.add(std::span<const std::int64_t>(table.groups));
  return hash.text();
}

}  // namespace pegbox
