#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace pegbox {

/// Points of several objectives, each a cost to be minimised; all are equally long and no coordinate is NaN. Costs are
/// finite where a function speaks of distance or volume.
using Costs = std::span<const std::vector<double>>;

/// Whether `a` is nowhere worse than `b` and somewhere better.
bool dominates(std::span<const double> a, std::span<const double> b);

/// For each point the number of the non-dominated front that it belongs to: 0 where nothing dominates it, 1 where only
/// points of front 0 do, and so on. Equal points share a front. O(n log n) for one and two objectives (M. T. Jensen,
/// "Reducing the run-time complexity of multiobjective EAs", 2003), else O(n²) at worst and much less as a rule: the
/// efficient non-dominated sort of X. Zhang, Y. Tian, R. Cheng, Y. Jin (2015).
std::vector<int> domination_ranks(Costs points);

/// The positions of the points that nothing dominates, ascending.
std::vector<std::size_t> pareto_front(Costs points);

/// How much room each point of one front has: the sides of the box between its neighbours, each as a part of the
/// objective's range, added up (K. Deb et al., "A fast and elitist multiobjective genetic algorithm: NSGA-II", 2002).
/// Infinite for the ends of an objective. Of equal values the earlier point counts as smaller; an objective in which
/// all are equal adds nothing. O(m n log n).
std::vector<double> crowding_distances(Costs points);

/// The volume of what the points dominate within `reference`, a point of costs that are no better than worth counting.
/// What is not better than the reference in every objective has none. By a sweep for two objectives, else by L. While,
/// L. Bradstreet, L. Barone, "A fast way of calculating exact hypervolumes" (2012).
double hypervolume(Costs points, std::span<const double> reference);

/// For each point, what the hypervolume would lose without it: 0 for dominated and for repeated points.
std::vector<double> hypervolume_contributions(Costs points, std::span<const double> reference);

/// The positions of `count` points (all where there are fewer) that together have a large hypervolume, in the order in
/// which they are picked: always the one that adds most, the first of equals. The volume is at least 1 − 1/e of the
/// best possible one (A. P. Guerreiro, C. M. Fonseca, L. Paquete, "Greedy hypervolume subset selection in low
/// dimensions", 2016); a gain is computed again only where it may be the largest (W. Chen, H. Ishibuchi, K. Shang,
/// "Fast greedy subset selection from large candidate solution sets", 2021).
std::vector<std::size_t> hypervolume_subset(Costs points, std::span<const double> reference, std::size_t count);

}  // namespace pegbox
