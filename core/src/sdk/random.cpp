#include <cmath>
#include <numbers>

#include <pegbox/random.hpp>

namespace pegbox {
namespace {

/// FNV-1a: any fixed hash does, it only keeps purposes apart.
std::uint32_t hash(std::string_view text) {
  std::uint32_t result = 2166136261U;
  for (const char letter : text) result = (result ^ static_cast<unsigned char>(letter)) * 16777619U;
  return result;
}

constexpr std::uint32_t low(std::uint64_t bits) { return static_cast<std::uint32_t>(bits); }
constexpr std::uint32_t high(std::uint64_t bits) { return static_cast<std::uint32_t>(bits >> 32); }

}  // namespace

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) {
  constexpr int kRounds = 10;
  for (int round = 0; round < kRounds; ++round) {
    const std::uint64_t first = std::uint64_t{0xD2511F53U} * counter[0];
    const std::uint64_t second = std::uint64_t{0xCD9E8D57U} * counter[2];
    counter = {high(second) ^ counter[1] ^ key[0], low(second), high(first) ^ counter[3] ^ key[1], low(first)};
    key[0] += 0x9E3779B9U;
    key[1] += 0xBB67AE85U;
  }
  return counter;
}

Random::Random(std::uint64_t seed, std::int64_t trial, std::string_view purpose)
    : key_{low(seed), high(seed)},
      counter_{0, hash(purpose), low(static_cast<std::uint64_t>(trial)), high(static_cast<std::uint64_t>(trial))} {}

Random::result_type Random::operator()() {
  if (used_ >= 4) {
    block_ = philox(counter_, key_);
    ++counter_[0];  // 2^32 blocks of one stream are never drawn
    used_ = 0;
  }
  const std::uint64_t bits =
      block_[static_cast<std::size_t>(used_)] | std::uint64_t{block_[static_cast<std::size_t>(used_) + 1]} << 32;
  used_ += 2;
  return bits;
}

double Random::uniform() { return static_cast<double>((*this)() >> 11) * 0x1.0p-53; }

std::uint64_t Random::below(std::uint64_t n) {
  const std::uint64_t unfair = (max() - n + 1) % n;  // 2^64 mod n
  std::uint64_t bits = (*this)();
  while (bits < unfair) bits = (*this)();
  return bits % n;
}

double Random::normal() {
  const double radius = std::sqrt(-2 * std::log(1 - uniform()));
  return radius * std::cos(2 * std::numbers::pi * uniform());
}

std::uint64_t trial_seed(std::uint64_t study_seed, int trial) { return Random(study_seed, trial, "trial")() >> 11; }

}  // namespace pegbox
