#include "leaves.hpp"

#include <algorithm>

namespace pegbox {
namespace {

void narrow(std::vector<Side>& sides, std::size_t axis, BinSet bins, const Axis& all) {
  auto side = std::find_if(sides.begin(), sides.end(), [&](const Side& one) { return one.axis == axis; });
  if (side == sides.end()) side = sides.insert(side, {axis, all.all(), 1});
  side->bins &= bins;
  side->length = all.length(side->bins);
}

void add_leaves(std::vector<Leaf>& leaves, const Tree& tree, int place, const std::vector<Side>& sides,
                const std::vector<Axis>& axes) {
  const Tree::Node& node = tree.nodes()[static_cast<std::size_t>(place)];
  if (node.axis < 0) {
    leaves.push_back({sides, node.value});
    return;
  }
  const auto axis = static_cast<std::size_t>(node.axis);
  for (const int right : {0, 1}) {
    std::vector<Side> narrower = sides;
    narrow(narrower, axis, right == 0 ? node.left : ~node.left, axes[axis]);
    add_leaves(leaves, tree, node.children + right, narrower, axes);
  }
}

}  // namespace

std::vector<Leaf> leaves_of(const Boosted& function, const std::vector<Axis>& axes) {
  std::vector<Leaf> leaves;
  for (const Tree& tree : function.trees) add_leaves(leaves, tree, 0, {}, axes);
  for (Leaf& leaf : leaves) {
    leaf.value *= function.scale;
    std::sort(leaf.sides.begin(), leaf.sides.end(), [](const Side& a, const Side& b) { return a.axis < b.axis; });
  }
  return leaves;
}

double weight(const Leaf& leaf, const Side* one, const Side* other) {
  double product = leaf.value;
  for (const Side& side : leaf.sides) {
    if (&side != one && &side != other) product *= side.length;
  }
  return product;
}

}  // namespace pegbox
