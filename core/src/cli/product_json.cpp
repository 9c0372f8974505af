#include "product_json.hpp"

#include "definition.hpp"

namespace pegbox {
namespace {

Json inputs_json(const Product& product) {
  Json inputs = Json::array();
  for (const auto& [shape, scale, shift, fill] : product.inputs) {
    inputs.push_back({{"shape", shape}, {"scale", scale}, {"shift", shift}, {"fill", fill}});
  }
  return inputs;
}

Json outputs_json(const Product& product) {
  return {{"count", product.outputs},
          {"classes", product.classes},
          {"scale", product.target_scale},
          {"mean", product.target_mean}};
}

Json metrics_json(const Metrics& metrics) {
  Json json = Json::object();
  for (const auto& [name, value] : metrics) json[name] = to_json(value);
  return json;
}

}  // namespace

Json product_json(const Setup& setup, const std::string& study, const Trial& trial, const Product& product) {
  return {{"study", study},
          {"trial", trial.number},
          {"model", chosen_json(setup.model)},
          {"params", to_json(trial.params)},
          {"seed", trial.seed},
          {"epochs", trial.until},
          {"rows", product.rows},
          {"metrics", metrics_json(product.metrics)},
          {"inputs", inputs_json(product)},
          {"outputs", outputs_json(product)}};
}

}  // namespace pegbox
