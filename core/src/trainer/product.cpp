#include "product.hpp"

#include <ATen/ATen.h>

#include "archive_parts.hpp"
#include "input_maker.hpp"
#include "tensor_values.hpp"

namespace pegbox {
namespace {

std::string without_pegbox(Network& network) {
  network.to(at::kCPU);
  network.eval();
  torch::serialize::OutputArchive archive;
  network.inner().save(archive);
  return packed(archive);
}

}  // namespace

Product product_of(const FitData& data, const Params& params, Fit& fit) {
  Product product;
  product.bytes = without_pegbox(*fit.network);
  product.rows = data.train.count();
  product.metrics = fit.metrics;
  const InputMaker maker(data, params, at::kCPU);
  for (std::size_t i = 0; i < data.train.rows.inputs.size(); ++i) {
    const Normalizer& normalizer = maker.normalizers()[i];
    product.inputs.push_back({data.train.rows.inputs[i].sizes().slice(1).vec(), numbers_of(normalizer.scale()),
                              numbers_of(normalizer.shift()), numbers_of(normalizer.fill())});
  }
  product.outputs = data.info.outputs;
  product.classes = data.info.classes;
  product.target_scale = data.info.target_scale;
  product.target_mean = data.target_mean;
  return product;
}

}  // namespace pegbox
