// What a program does that uses a perceptron of `pegbox train`, without pegbox: it rebuilds the network from the
// description, loads its weights, and classifies the rows of a CSV file.
#include <cmath>
#include <exception>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/container/functional.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/dropout.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/normalization.h>
#include <torch/serialize.h>

using nlohmann::json;
using Tensor = torch::Tensor;

torch::nn::Functional activation(const std::string& name) {
  static const std::map<std::string, Tensor (*)(const Tensor&)> known{
      {"relu", [](const Tensor& x) { return at::relu(x); }},
      {"leaky_relu", [](const Tensor& x) { return at::leaky_relu(x); }},
      {"gelu", [](const Tensor& x) { return at::gelu(x); }},
      {"silu", [](const Tensor& x) { return at::silu(x); }},
      {"tanh", [](const Tensor& x) { return at::tanh(x); }},
      {"sigmoid", [](const Tensor& x) { return at::sigmoid(x); }}};
  return torch::nn::Functional(known.at(name));
}

/// The same layers in the same order as in models/mlp.cpp: that, and the name `layers`, is what the weights go by.
struct Perceptron : torch::nn::Module {
  Perceptron(const json& params, std::int64_t inputs, std::int64_t outputs) {
    for (std::int64_t layer = 1; layer <= params.at("layers"); ++layer) {
      const std::string own = "width_" + std::to_string(layer);
      const std::int64_t width = params.at(params.contains(own) ? own : "width");
      layers->push_back(torch::nn::Linear(inputs, width));
      if (params.at("norm") == "batch") layers->push_back(torch::nn::BatchNorm1d(width));
      if (params.at("norm") == "layer") layers->push_back(torch::nn::LayerNorm(torch::nn::LayerNormOptions({width})));
      layers->push_back(activation(params.at("activation")));
      if (params.at("dropout") > 0.0) layers->push_back(torch::nn::Dropout(params.at("dropout").get<double>()));
      inputs = width;
    }
    layers->push_back(torch::nn::Linear(inputs, outputs));
    register_module("layers", layers);
  }

  Tensor forward(const Tensor& rows) { return layers->forward(rows.flatten(1)); }

  torch::nn::Sequential layers;
};

/// Raw numbers, [rows, …], as the network is to be given them.
Tensor normalized(Tensor rows, const json& input) {
  const auto each = [&](const char* key) {
    std::vector<std::int64_t> sizes(static_cast<std::size_t>(rows.dim() - 1), 1);  // one for each column or channel
    sizes.front() = -1;
    return at::tensor(input.at(key).get<std::vector<float>>()).reshape(sizes);
  };
  if (!input.at("scale").empty()) rows = rows * each("scale") + each("shift");
  if (!input.at("fill").empty()) rows = at::where(rows.isnan(), each("fill"), rows);
  return rows;
}

std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> result;
  std::istringstream stream(line);
  for (std::string cell; std::getline(stream, cell, ',');) result.push_back(cell);
  return result;
}

std::size_t position(const std::vector<std::string>& names, const std::string& name) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return i;
  }
  throw std::runtime_error("there is no column '" + name + "'");
}

struct Rows {
  std::vector<float> numbers;  ///< row by row, in the order of the description's columns
  std::vector<std::string> labels;
};

/// Of a plain file: no quotes.
Rows read(const std::string& file, const json& description) {
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);
  const std::vector<std::string> header = cells(line);
  std::vector<std::size_t> inputs;
  for (const json& column : description.at("columns")) {
    if (!column.at("levels").empty()) throw std::runtime_error("columns of texts are not for this example");
    inputs.push_back(position(header, column.at("name")));
  }
  const std::size_t label = position(header, description.at("outputs").at("targets").at(0));
  Rows rows;
  while (std::getline(stream, line)) {
    const std::vector<std::string> row = cells(line);
    for (const std::size_t input : inputs) rows.numbers.push_back(row.at(input).empty() ? NAN : std::stof(row[input]));
    rows.labels.push_back(row.at(label));
  }
  return rows;
}

void classify(const std::string& weights, const std::string& description_file, const std::string& table) {
  const json description = json::parse(std::ifstream(description_file));
  const json& input = description.at("inputs").at(0);
  const json& outputs = description.at("outputs");
  const std::vector<std::int64_t> shape = input.at("shape");
  std::int64_t numbers = 1;
  for (const std::int64_t size : shape) numbers *= size;

  auto network = std::make_shared<Perceptron>(description.at("params"), numbers, outputs.at("count"));
  torch::load(network, weights);
  network->eval();  // without it dropout and batch norm would do as they do to learn

  const Rows rows = read(table, description);
  std::vector<std::int64_t> sizes{static_cast<std::int64_t>(rows.labels.size())};
  sizes.insert(sizes.end(), shape.begin(), shape.end());
  const at::NoGradGuard no_grad;
  const Tensor said = network->forward(normalized(at::tensor(rows.numbers).reshape(sizes), input)).argmax(1);

  std::size_t right = 0;
  for (std::size_t row = 0; row < rows.labels.size(); ++row) {
    right += outputs.at("classes").at(said[static_cast<std::int64_t>(row)].item<std::int64_t>()) == rows.labels[row];
  }
  std::cout << right << " of " << rows.labels.size() << " rows are classified right\n";
}

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: deploy NETWORK.pt DESCRIPTION.json ROWS.csv\n";
    return 2;
  }
  try {
    classify(argv[1], argv[2], argv[3]);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
