#include <ATen/ATen.h>
#include <torch/nn/modules/linear.h>

#include <pegbox/model.hpp>

using namespace pegbox;

/// A value, and the logarithm of how far it may be off: the variance. Both [rows, 1].
struct Answer {
  torch::Tensor value, log_variance;

  /// How unlikely the target is, where it is normal with that mean and variance.
  torch::Tensor loss(const torch::Tensor& target) const {
    return (0.5 * (log_variance + (target - value).square() * at::exp(-log_variance))).mean();
  }
};

/// Reads a value off a curve, from noisy points of the curve and from a time.
class Reader : public Network {
 public:
  explicit Reader(std::int64_t width) : curve_(kPoints, width), time_(1, width), joint_(width, width), last_(width, 2) {
    register_module("curve", curve_);
    register_module("time", time_);
    register_module("joint", joint_);
    register_module("last", last_);
  }

  Answer read(const torch::Tensor& points, const torch::Tensor& time) {
    const auto joined = at::silu(curve_(points)) * at::silu(time_(time));
    const auto output = last_(at::silu(joint_(joined)));
    // Bounded, since its exponential would soon be infinite.
    return {output.slice(1, 0, 1), kMostLog * at::tanh(output.slice(1, 1, 2) / kMostLog)};
  }

  static constexpr std::int64_t kPoints = 16;

 private:
  static constexpr double kMostLog = 8;

  torch::nn::Linear curve_, time_, joint_, last_;
};

/// Two inputs, a loss of its own and measurements of its own.
class Reading : public Model {
 public:
  SearchSpace space() const override { return {{"width", Integer{8, 128, /*log=*/true}, 32}}; }

  /// Sines of different height and phase.
  Dataset data(Dataset) const override {
    constexpr std::int64_t kRows = 1024;
    auto dice = at::detail::createCPUGenerator(1);
    const auto height = at::rand({kRows, 1}, dice) + 0.5;
    const auto phase = at::rand({kRows, 1}, dice) * (2 * M_PI);
    const auto places = at::linspace(0, 2 * M_PI, Reader::kPoints);
    const auto points = height * at::sin(places + phase) + 0.1 * at::randn({kRows, Reader::kPoints}, dice);
    const auto time = at::rand({kRows, 1}, dice) * (2 * M_PI);
    return {.train = {{points, time}, height * at::sin(time + phase)},
            .validation = {},
            .info = {.task = Task::regression, .input_shape = {Reader::kPoints}, .outputs = 1}};
  }

  std::shared_ptr<Network> build(const Params& params, const DataInfo&) const override {
    return std::make_shared<Reader>(params.get<std::int64_t>("width"));
  }

  torch::Tensor predict(Network& network, const Batch& batch) const override { return read(network, batch).value; }

  Step step(Network& network, const Batch& batch, const LossOptions&) const override {
    const Answer answer = read(network, batch);
    return {answer.loss(batch.target), answer.value};
  }

  /// The usual measurements of the value, the loss, and how often the target is within two deviations: 0.95 is right.
  Metrics evaluate(Network& network, const Rows& rows, const DataInfo& info) const override {
    const Batch batch = rows.slice(0, rows.count());
    const Answer answer = read(network, batch);
    Metrics result = metrics(answer.value, batch.target, info);
    result["loss"] = answer.loss(batch.target).item<double>();
    const auto within = (batch.target - answer.value).abs() <= 2 * at::exp(0.5 * answer.log_variance);
    result["covered"] = within.to(at::kDouble).mean().item<double>();
    return result;
  }

 private:
  static Answer read(Network& network, const Batch& batch) {
    return dynamic_cast<Reader&>(network).read(batch.inputs[0], batch.inputs[1]);
  }
};

PEGBOX_MODEL(Reading, "reading", "reads a noisy curve at a given time, and says how sure it is")
