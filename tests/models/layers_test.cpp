#include <cmath>
#include <stdexcept>

#include <gmock/gmock.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/rnn.h>

#include <pegbox/error.hpp>
#include <pegbox/image_shape.hpp>
#include <pegbox/initialisation.hpp>
#include <pegbox/layers.hpp>

namespace pegbox {
namespace {

using testing::ElementsAre;
using testing::ThrowsMessage;
using torch::nn::Sequential;

TEST(ImageShapeTest, TakesFlatRowsSignalsAndImages) {
  EXPECT_EQ(ImageShape::of({10}), (ImageShape{1, 1, 10}));
  EXPECT_EQ(ImageShape::of({2, 16}), (ImageShape{2, 1, 16}));
  EXPECT_EQ(ImageShape::of({3, 32, 24}), (ImageShape{3, 32, 24}));
  EXPECT_THAT(
      [] {
        ImageShape::of({1, 2, 3, 4});
      },
      ThrowsMessage<StudyError>("the model takes rows of shape [features], [channels, length] or [channels, "
                                "height, width], not [1, 2, 3, 4]"));
}

TEST(ImageShapeTest, HalvesWhatHasRoom) {
  const auto halved = [](std::int64_t width) { return ImageShape{3, 1, width}.halved(); };
  EXPECT_EQ(halved(8), (ImageShape{3, 1, 4}));
  EXPECT_EQ(halved(7), (ImageShape{3, 1, 4}));
  EXPECT_EQ(halved(4), (ImageShape{3, 1, 2}));
  for (const std::int64_t small : {1, 2, 3}) EXPECT_EQ(halved(small), (ImageShape{3, 1, small}));
}

TEST(ImageShapeTest, CutsAKernelWhereItSeesNothingMore) {
  EXPECT_THAT((ImageShape{1, 1, 40}.kernel(7)), ElementsAre(1, 7));
  EXPECT_THAT((ImageShape{1, 2, 3}.kernel(7)), ElementsAre(3, 5));
}

TEST(LayersTest, ConvolutionsKeepTheSizeOrHalveIt) {
  for (std::int64_t height = 1; height <= 9; ++height) {
    for (const std::int64_t kernel : {1, 3, 5, 7}) {
      const ImageShape input{2, height, 10 - height};
      Sequential layers;
      add_convolution(layers, input, 4, kernel);
      add_convolution(layers, {4, input.height, input.width}, 4, kernel, /*halves=*/true);
      const auto output = layers->forward(torch::ones({3, 2, input.height, input.width}));
      EXPECT_THAT(output.sizes(), ElementsAre(3, 4, input.halved().height, input.halved().width)) << kernel;
    }
  }
}

TEST(LayersTest, ActivationsAreWhatTheirNamesSay) {
  const auto at = [](const char* name, float x) { return activation(name)(torch::tensor({x})).item<double>(); };
  const auto sigmoid = [](double x) { return 1 / (1 + std::exp(-x)); };
  for (const float x : {-1.5F, 0.0F, 2.0F}) {
    EXPECT_NEAR(at("relu", x), std::max(x, 0.0F), 1e-6);
    EXPECT_NEAR(at("leaky_relu", x), x < 0 ? 0.01 * x : x, 1e-6);
    EXPECT_NEAR(at("gelu", x), x * 0.5 * std::erfc(-x / std::sqrt(2)), 1e-6);
    EXPECT_NEAR(at("silu", x), x * sigmoid(x), 1e-6);
    EXPECT_NEAR(at("tanh", x), std::tanh(x), 1e-6);
    EXPECT_NEAR(at("sigmoid", x), sigmoid(x), 1e-6);
  }
  for (const Value& name : activations().choices) EXPECT_NO_THROW(activation(std::get<std::string>(name)));
  EXPECT_THROW(activation("swish"), std::invalid_argument);
}

TEST(LayersTest, NormsAreOverRowsOrOverARow) {
  const auto rows = torch::arange(48, torch::kFloat).reshape({4, 3, 2, 2}).square();
  const auto normed = [&](const char* name) {
    Sequential layers;
    add_image_norm(layers, name, 3);
    return layers->forward(rows);
  };
  EXPECT_LT(normed("layer").mean({1, 2, 3}).abs().max().item<double>(), 1e-5);
  EXPECT_LT(normed("batch").mean({0, 2, 3}).abs().max().item<double>(), 1e-5);
  EXPECT_GT(normed("batch").mean({1, 2, 3}).abs().max().item<double>(), 0.1);
  for (const Value& name : norms().choices) {
    Sequential layers;
    add_norm(layers, std::get<std::string>(name), 5);
    add_image_norm(layers, std::get<std::string>(name), 5);
    EXPECT_EQ(layers->size(), name == Value("none") ? 0U : 2U);
  }
  Sequential layers;
  EXPECT_THROW(add_norm(layers, "group", 3), std::invalid_argument);
  EXPECT_THROW(add_image_norm(layers, "group", 3), std::invalid_argument);
}

void begin(torch::nn::Module& module, const std::string& init) { Initialisation({{"init", init}}).apply(module, {}); }

double deviation(const torch::Tensor& tensor) { return tensor.std().item<double>(); }

/// How far the rows, or where there are more of them the columns, are from orthonormal.
double skewness(const torch::Tensor& matrix) {
  const auto wide = matrix.size(0) <= matrix.size(1) ? matrix : matrix.t();
  return (wide.mm(wide.t()) - torch::eye(wide.size(0))).abs().max().item<double>();
}

TEST(InitialisationTest, DrawsWithThePublishedScales) {
  torch::manual_seed(1);
  torch::nn::Linear layer(300, 100);
  begin(*layer, "xavier");
  const double bound = std::sqrt(6.0 / 400);
  EXPECT_LE(layer->weight.abs().max().item<double>(), bound);
  EXPECT_NEAR(deviation(layer->weight), bound / std::sqrt(3), 0.01 * bound);
  EXPECT_EQ(layer->bias.abs().max().item<double>(), 0);
  begin(*layer, "kaiming");
  EXPECT_NEAR(deviation(layer->weight), std::sqrt(2.0 / 300), 0.002);
  begin(*layer, "orthogonal");
  EXPECT_LT(skewness(layer->weight), 1e-5);
}

TEST(InitialisationTest, DrawsEachGateOnItsOwn) {
  torch::manual_seed(1);
  torch::nn::LSTM layer(torch::nn::LSTMOptions(12, 8).num_layers(2));
  begin(*layer, "orthogonal");
  for (const auto& item : layer->named_parameters()) {
    if (item.value().dim() < 2) continue;
    for (const auto& gate : item.value().split(8)) EXPECT_LT(skewness(gate), 1e-5) << item.key();
  }
}

TEST(InitialisationTest, OpensTheForgetGateOfAnLstmAlone) {
  const torch::Tensor open = torch::tensor({0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0}, torch::kFloat);
  torch::nn::LSTM lstm(torch::nn::LSTMOptions(2, 3).num_layers(2).bidirectional(true));
  begin(*lstm, "xavier");
  const auto biases = lstm->named_parameters();
  for (const char* end : {"_l0", "_l0_reverse", "_l1", "_l1_reverse"}) {
    EXPECT_TRUE(torch::equal(biases[std::string("bias_ih") + end], open)) << end;
    EXPECT_TRUE(torch::equal(biases[std::string("bias_hh") + end], torch::zeros(12))) << end;
  }
  torch::nn::GRU gru(torch::nn::GRUOptions(2, 3));
  begin(*gru, "xavier");
  EXPECT_TRUE(torch::equal(gru->named_parameters()["bias_ih_l0"], torch::zeros(9)));
}

TEST(InitialisationTest, LeavesNormsAndTheDefaultAlone) {
  torch::manual_seed(1);
  Sequential layers(torch::nn::Linear(4, 4), torch::nn::BatchNorm1d(4));
  const auto before = layers->parameters()[0].clone();
  begin(*layers, "default");
  EXPECT_TRUE(torch::equal(layers->parameters()[0], before));
  begin(*layers, "kaiming");
  EXPECT_FALSE(torch::equal(layers->parameters()[0], before));
  EXPECT_TRUE(torch::equal(layers->parameters()[2], torch::ones({4})));
  EXPECT_THROW(begin(*layers, "lecun"), std::invalid_argument);
}

TEST(InitialisationTest, IsAHyperparameterWhereItIsSearched) {
  std::vector<Parameter> parameters;
  Initialisation({{"init", "xavier"}}).join(parameters);
  EXPECT_TRUE(parameters.empty());
  const Initialisation searched({{"init", "search"}});
  searched.join(parameters);
  ASSERT_EQ(parameters.size(), 1U);
  EXPECT_EQ(parameters.front().name, "init");
  torch::nn::Linear layer(3, 3);
  searched.apply(*layer, {{"init", "orthogonal"}});
  EXPECT_LT(skewness(layer->weight), 1e-5);
}

}  // namespace
}  // namespace pegbox
