#include <cmath>

#include <gmock/gmock.h>

#include <pegbox/model.hpp>

namespace pegbox {
namespace {

class Plain : public Model {
 public:
  SearchSpace space() const override { return {}; }
  std::shared_ptr<Network> build(const Params&, const DataInfo&) const override { return nullptr; }
};

TEST(ModelTest, MeasuresClasses) {
  const auto output = torch::tensor({{2.0F, 1.0F}, {0.0F, 1.0F}, {3.0F, 0.0F}, {1.0F, 0.5F}});
  const auto target = torch::tensor({0, 1, 1, 0}, torch::kLong);
  const Metrics metrics = Plain().metrics(output, target, {});
  EXPECT_DOUBLE_EQ(metrics.at("accuracy"), 0.75);
  const auto miss = [](double right, double wrong) { return std::log(1 + std::exp(wrong - right)); };
  EXPECT_NEAR(Plain().loss(output, target, {}).item<double>(),
              (miss(2, 1) + miss(1, 0) + miss(0, 3) + miss(1, 0.5)) / 4, 1e-6);
}

TEST(ModelTest, MeasuresRegressionInTheDatasUnit) {
  DataInfo info;
  info.task = Task::regression;
  info.target_scale = {10};
  const auto output = torch::tensor({{1.0F}, {2.0F}, {3.0F}});
  const auto target = torch::tensor({{1.0F}, {2.0F}, {5.0F}});
  const Metrics metrics = Plain().metrics(output, target, info);
  EXPECT_NEAR(metrics.at("rmse"), 10 * std::sqrt(4.0 / 3), 1e-6);
  EXPECT_NEAR(Plain().loss(output, target, {}).item<double>(), 4.0 / 3, 1e-6);
  const double mean = 8.0 / 3;
  const double spread = (1 - mean) * (1 - mean) + (2 - mean) * (2 - mean) + (5 - mean) * (5 - mean);
  EXPECT_NEAR(metrics.at("r2"), 1 - 4 / spread, 1e-6);
}

}  // namespace
}  // namespace pegbox
