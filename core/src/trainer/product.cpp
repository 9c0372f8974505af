#include "product.hpp"

#include <ATen/ATen.h>

#include "input_maker.hpp"

namespace pegbox {
namespace {

std::vector<double> numbers(const at::Tensor& tensor) {
  if (!tensor.defined()) return {};
  const at::Tensor wide = tensor.to(at::kCPU, at::kDouble).flatten().contiguous();
  return {wide.const_data_ptr<double>(), wide.const_data_ptr<double>() + wide.numel()};
}

std::string packed(Network& network) {
  network.to(at::kCPU);
  network.eval();
  torch::serialize::OutputArchive archive;
  network.inner().save(archive);
  std::string bytes;
  archive.save_to([&](const void* data, std::size_t size) {
    bytes.append(static_cast<const char*>(data), size);
    return size;
  });
  return bytes;
}

}  // namespace

Product product_of(const FitData& data, const Params& params, Fit& fit) {
  Product product;
  product.bytes = packed(*fit.network);
  product.rows = data.train.count();
  product.metrics = fit.metrics;
  const InputMaker maker(data, params, at::kCPU);
  for (std::size_t i = 0; i < data.train.rows.inputs.size(); ++i) {
    const Normalizer& normalizer = maker.normalizers()[i];
    product.inputs.push_back({data.train.rows.inputs[i].sizes().slice(1).vec(), numbers(normalizer.scale()),
                              numbers(normalizer.shift()), numbers(normalizer.fill())});
  }
  product.outputs = data.info.outputs;
  product.classes = data.info.classes;
  product.target_scale = data.info.target_scale;
  product.target_mean = data.target_mean;
  return product;
}

}  // namespace pegbox
