#include <pegbox/dataset.hpp>

namespace pegbox {
namespace {

template <class Change>
Batch each(const Batch& batch, const Change& change) {
  Batch result;
  for (const at::Tensor& input : batch.inputs) result.inputs.push_back(change(input));
  if (batch.target.defined()) result.target = change(batch.target);
  return result;
}

}  // namespace

Batch Batch::select(const at::Tensor& positions) const {
  return each(*this, [&](const at::Tensor& tensor) { return tensor.index_select(0, positions); });
}

Batch Batch::slice(std::int64_t begin, std::int64_t end) const {
  return each(*this, [&](const at::Tensor& tensor) { return tensor.slice(0, begin, end); });
}

Batch Batch::to(const at::Device& device) const {
  return each(*this, [&](const at::Tensor& tensor) { return tensor.to(device); });
}

Rows::Rows(Batch batch)
    : count_(batch.rows()),
      read_([batch = std::move(batch)](std::int64_t begin, std::int64_t end) { return batch.slice(begin, end); }) {}

}  // namespace pegbox
