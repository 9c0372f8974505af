#include "input_maker.hpp"

#include <algorithm>
#include <utility>

#include "option_values.hpp"

namespace pegbox {

InputMaker::InputMaker(const FitData& data, const Params& params, const at::Device& device)
    : data_(data), device_(device), augmenter_(params) {
  for (std::size_t i = 0; i < data.train.rows.inputs.size(); ++i) {
    const at::Tensor input = data.train.rows.inputs[i].slice(0, 0, 1).to(device);
    if (!data.moments.empty()) {
      normalizers_.emplace_back(data.moments[i], text_option(params, "normalize"), input);
    } else if (input.scalar_type() == at::kByte) {
      normalizers_.emplace_back(measured(input, {}), "none", input);
    } else {
      normalizers_.emplace_back();
    }
  }
}

Batch InputMaker::normalized(const Batch& rows) const {
  Batch batch = rows.to(device_);
  for (std::size_t i = 0; i < batch.inputs.size(); ++i) batch.inputs[i] = normalizers_[i].apply(batch.inputs[i]);
  return batch;
}

Batch InputMaker::training(const at::Tensor& positions) const {
  Batch batch = normalized(data_.train.rows.select(positions));
  if (!augmenter_.idle()) batch.inputs.front() = augmenter_.apply(std::move(batch.inputs.front()));
  return batch;
}

Rows InputMaker::rows(const Selection& part, std::int64_t count) const {
  return {std::min(count, part.count()), [this, &part](std::int64_t begin, std::int64_t end) {
            return normalized(part.positions.defined() ? part.rows.select(part.positions.slice(0, begin, end))
                                                       : part.rows.slice(begin, end));
          }};
}

}  // namespace pegbox
