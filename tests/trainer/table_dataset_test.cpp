#include "trainer/table_dataset.hpp"

#include <memory>

#include <ATen/ATen.h>
#include <gmock/gmock.h>

namespace pegbox {
namespace {

Table pictures() {
  Table table;
  table.train = {2, Inputs(std::vector<std::uint8_t>{0, 1, 2, 3, 253, 254, 255, 7}), {1, 0}};
  table.test = {1, Inputs(std::vector<std::uint8_t>{9, 8, 7, 6}), {1}};
  table.shape = {1, 2, 2};
  table.classes = {"a", "b"};
  table.groups = {5, 6};
  return table;
}

TEST(TableDataset, BytesStayBytesOfTheShape) {
  const Dataset data = as_dataset(pictures());
  EXPECT_EQ(data.train.input().scalar_type(), at::kByte);
  EXPECT_EQ(data.train.input().sizes(), (std::vector<std::int64_t>{2, 1, 2, 2}));
  EXPECT_EQ(data.train.input()[1][0][1][0].item<int>(), 255);
  EXPECT_EQ(data.train.target.scalar_type(), at::kLong);
  EXPECT_TRUE(at::equal(data.train.target, at::tensor({1, 0}, at::kLong)));
  EXPECT_EQ(data.info.outputs, 2);
  EXPECT_EQ(data.info.task, Task::classification);
  EXPECT_EQ(data.test.rows(), 1);
  EXPECT_EQ(data.test.input()[0][0][0][0].item<int>(), 9);
  EXPECT_TRUE(at::equal(data.groups, at::tensor({5, 6}, at::kLong)));
}

TEST(TableDataset, InputsAreNotCopiedAndOutliveTheTable) {
  auto table = std::make_unique<Table>(pictures());
  const std::weak_ptr<const void> owner = table->train.inputs.owner();
  const void* const place = table->train.inputs.bytes().data();
  {
    const Dataset data = as_dataset(*table);
    EXPECT_EQ(data.train.input().const_data_ptr(), place);
    table.reset();
    EXPECT_FALSE(owner.expired());
    EXPECT_EQ(data.train.input()[0][0][1][1].item<int>(), 3);
  }
  EXPECT_TRUE(owner.expired());
}

TEST(TableDataset, SeveralTargetsAreColumns) {
  Table table;
  table.train = {2, Inputs(std::vector<float>{1, 2, 3, 4}), {10, 20, 30, 40}};
  table.shape = {2};
  table.outputs = 2;
  const Dataset data = as_dataset(table);
  EXPECT_EQ(data.info.task, Task::regression);
  EXPECT_EQ(data.info.outputs, 2);
  EXPECT_TRUE(at::equal(data.train.target, at::tensor({10., 20., 30., 40.}, at::kDouble).reshape({2, 2})));
  EXPECT_TRUE(at::equal(data.train.input(), at::tensor({1.F, 2.F, 3.F, 4.F}).reshape({2, 2})));
  EXPECT_FALSE(data.groups.defined());
  EXPECT_EQ(data.test.rows(), 0);
}

}  // namespace
}  // namespace pegbox
