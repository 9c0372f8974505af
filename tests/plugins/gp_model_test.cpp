// Its parts are private to the plug-in's one file.
#include <gmock/gmock.h>

#include "../../plugins/gp.cpp"

namespace pegbox {
namespace {

using testing::DoubleNear;

const SearchSpace kSpace = {{"x", Real{0, 1}},
                            {"y", Real{0, 1}},
                            {"kind", Choice{{std::string("a"), std::string("b"), std::string("c")}}},
                            {"z", Real{0, 1}, {}, {{"kind", {std::string("a")}}}}};

/// Points of the space as rows of features.
MatrixXd some_rows(const Features& features, int count, const char* purpose) {
  MatrixXd rows(count, features.size());
  for (int i = 0; i < count; ++i) {
    Random random(7, i, purpose);
    Point point(kSpace.size());
    for (double& place : point) place = random.uniform();
    rows.row(i) = features.row(kSpace.encode(kSpace.decode(point)));
  }
  return rows;
}

VectorXd some_targets(int count) {
  VectorXd targets(count);
  Random random(7, 0, "targets");
  for (int i = 0; i < count; ++i) targets[i] = random.normal();
  return targets;
}

/// Lengths that differ, and two numbers that are correlated.
Kernel some_kernel(const Features& features) {
  Kernel kernel;
  const Index numbers = features.numbers();
  kernel.metric = MatrixXd::Zero(numbers, numbers);
  for (Index i = 0; i < numbers; ++i) kernel.metric(i, i) = 1.5 + static_cast<double>(i);
  kernel.metric(0, 1) = -0.7;
  kernel.weights = VectorXd::LinSpaced(features.size() - numbers, 0.3, 0.9);
  kernel.scale = 1.3;
  kernel.noise = 0.01;
  return kernel;
}

/// Matérn's kernel as it is written in books.
double covariance(const Kernel& kernel, const Row& a, const Row& b) {
  const Index numbers = kernel.metric.rows();
  double square = (kernel.metric * (a - b).head(numbers).transpose()).squaredNorm();
  for (Index f = numbers; f < a.size(); ++f) square += a[f] == b[f] ? 0 : kernel.weights[f - numbers];
  const double root = std::sqrt(5 * square);
  return kernel.scale * (1 + root + root * root / 3) * std::exp(-root);
}

MatrixXd covariances(const Kernel& kernel, const MatrixXd& a, const MatrixXd& b) {
  MatrixXd result(a.rows(), b.rows());
  for (Index i = 0; i < a.rows(); ++i) {
    for (Index j = 0; j < b.rows(); ++j) result(i, j) = covariance(kernel, a.row(i), b.row(j));
  }
  return result;
}

/// With the mean's prior N(0, 1) as one more term of the covariance, and a general solver.
TEST(GpModel, BelievesWhatADenseSolveDoes) {
  const Features features(kSpace);
  const Kernel kernel = some_kernel(features);
  const MatrixXd rows = some_rows(features, 25, "points"), others = some_rows(features, 40, "others");
  const VectorXd targets = some_targets(25);
  Posterior posterior(kernel, rows);
  posterior.set_targets(targets);

  const MatrixXd noise = kernel.noise * MatrixXd::Identity(25, 25);
  const MatrixXd between = covariances(kernel, others, rows);
  const MatrixXd of_points = covariances(kernel, rows, rows) + noise;
  const MatrixXd with_mean = of_points + MatrixXd::Ones(25, 25);
  const VectorXd means = (between + MatrixXd::Ones(40, 25)) * with_mean.fullPivLu().solve(targets);
  const MatrixXd explained = between * of_points.fullPivLu().solve(MatrixXd(between.transpose()));
  const auto beliefs = posterior.beliefs(others);
  ASSERT_EQ(beliefs.size(), 40U);
  for (Index i = 0; i < 40; ++i) {
    EXPECT_NEAR(beliefs[unsigned_of(i)].mean, means[i], 1e-9);
    EXPECT_NEAR(beliefs[unsigned_of(i)].deviation, std::sqrt(kernel.scale - explained(i, i)), 1e-7);
  }
}

/// Points without a target change the variance alone.
TEST(GpModel, AppendsAsIfAllPointsHadComeTogether) {
  const Features features(kSpace);
  const MatrixXd rows = some_rows(features, 60, "points"), others = some_rows(features, 20, "others");
  const VectorXd targets = some_targets(60);
  Posterior whole(some_kernel(features), rows);
  Posterior grown(some_kernel(features), rows.topRows(10));
  for (Index i = 10; i < 60; ++i) grown.append(rows.row(i));
  whole.set_targets(targets);
  grown.set_targets(targets);
  const auto expected = whole.beliefs(others), seen = grown.beliefs(others);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    EXPECT_NEAR(seen[i].mean, expected[i].mean, 1e-9);
    EXPECT_NEAR(seen[i].deviation, expected[i].deviation, 1e-9);
  }
  EXPECT_EQ(grown.size(), 60);
}

TEST(GpModel, SlopesAreThoseOfDifferences) {
  const Features features(kSpace);
  const MatrixXd rows = some_rows(features, 25, "points"), others = some_rows(features, 20, "others");
  Posterior posterior(some_kernel(features), rows);
  posterior.set_targets(some_targets(25));
  constexpr double kStep = 1e-6;
  for (Index i = 0; i < others.rows(); ++i) {
    const BeliefSlopes slopes = posterior.slopes(others.row(i));
    for (Index f = 0; f < features.numbers(); ++f) {
      MatrixXd ends(2, others.cols());
      ends << others.row(i), others.row(i);
      ends(0, f) -= kStep;
      ends(1, f) += kStep;
      const auto beliefs = posterior.beliefs(ends);
      EXPECT_NEAR(slopes.mean[f], (beliefs[1].mean - beliefs[0].mean) / (2 * kStep), 1e-5);
      EXPECT_NEAR(slopes.deviation[f], (beliefs[1].deviation - beliefs[0].deviation) / (2 * kStep), 1e-5);
    }
  }
}

/// The value of what is inactive has no part in a row.
TEST(GpModel, KnowsActivityButNoInactiveValue) {
  const Features features(kSpace);
  const double nan = std::nan("");
  const Row inactive = features.row(Point{0.2, 0.4, 0.5, nan});
  const Row active = features.row(Point{0.2, 0.4, 0.5, 0.9});
  EXPECT_EQ(inactive.size(), features.size());
  EXPECT_FALSE((inactive.array() != inactive.array()).any()) << "no NaN";
  EXPECT_TRUE((inactive.array() != active.array()).any());
}

/// A fit is a maximum: hyperparameters beside it are less probable, as far as they are told by a dense likelihood.
TEST(GpModel, FindsTheLengthsOfWhatItIsShown) {
  const SearchSpace plane = {{"wavy", Real{0, 1}}, {"idle", Real{0, 1}}};
  const Features features(plane);
  MatrixXd rows(60, 2);
  VectorXd targets(60);
  for (Index i = 0; i < 60; ++i) {
    Random random(3, i, "plane");
    rows.row(i) << random.uniform(), random.uniform();
    targets[i] = std::sin(9 * rows(i, 0));
  }
  const Kernel kernel = finely_fitted(features, rows, targets, roughly_fitted(features, rows, targets));
  EXPECT_GT(kernel.metric.col(0).norm(), 3 * kernel.metric.col(1).norm()) << "what changes nothing has a long length";
  EXPECT_LT(kernel.noise, 1e-3) << "there is none";
}

}  // namespace
}  // namespace pegbox
