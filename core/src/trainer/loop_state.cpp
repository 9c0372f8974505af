#include "loop_state.hpp"

#include <cstring>
#include <utility>

#include <ATen/core/List.h>
#include <ATen/core/ivalue.h>
#include <ATen/ops/empty.h>

#include "archive_parts.hpp"

namespace pegbox {
namespace {

/// Bytes of any kind are kept by an archive as a tensor.
at::Tensor tensor_of(const std::string& bytes) {
  at::Tensor tensor = at::empty({static_cast<std::int64_t>(bytes.size())}, at::kByte);
  if (!bytes.empty()) std::memcpy(tensor.mutable_data_ptr(), bytes.data(), bytes.size());
  return tensor;
}

std::string bytes_of(const at::Tensor& tensor) {
  const at::Tensor bytes = tensor.to(at::kCPU, at::kByte).contiguous();
  return {static_cast<const char*>(bytes.const_data_ptr()), static_cast<std::size_t>(bytes.numel())};
}

}  // namespace

void LoopState::offer(Saver saver) {
  saver_ = std::move(saver);
  kept_.reset();
}

const std::optional<std::string>& LoopState::kept() const {
  if (const Saver saver = std::exchange(saver_, nullptr)) kept_ = saver();
  return kept_;
}

void LoopState::keep(const std::optional<std::string>& bytes) {
  saver_ = nullptr;
  kept_ = bytes;
}

std::int64_t LoopState::bytes() const { return kept_ ? static_cast<std::int64_t>(kept_->size()) : 0; }

void LoopState::save(torch::serialize::OutputArchive& archive) const {
  const auto& bytes = kept();
  archive.write("random", c10::List<at::Tensor>(random_.state()));
  archive.write("ended", c10::IValue(ended_));
  archive.write("saves", c10::IValue(bytes.has_value()));
  if (bytes) archive.write("state", tensor_of(*bytes), /*is_buffer=*/true);
}

void LoopState::load(torch::serialize::InputArchive& archive) {
  random_.restore(read_value(archive, "random").toTensorVector());
  ended_ = read_value(archive, "ended").toBool();
  std::optional<std::string> bytes;
  if (read_value(archive, "saves").toBool()) {
    at::Tensor tensor;
    archive.read("state", tensor, /*is_buffer=*/true);
    bytes = bytes_of(tensor);
  }
  keep(bytes);
}

}  // namespace pegbox
