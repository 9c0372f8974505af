#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "catalog/catalog.hpp"
#include "data/table.hpp"
#include "scheduler/plan.hpp"
#include "study/study.hpp"

namespace pegbox {

/// A plug-in that a study uses, with its settings checked.
struct Chosen {
  PluginFile file;
  Settings settings;
};

/// A study with all that it names: found and checked, nothing run yet, and LibTorch not loaded unless it had to be.
struct Setup {
  Study study;
  std::optional<Chosen> model;  ///< none where somebody else trains
  Chosen strategy;
  std::optional<Chosen> pruner;
  std::optional<Table> data;
  SearchSpace space;
  std::vector<Params> first;  ///< the defaults, then what is enqueued
};

/// Throws `StudyError` or `PluginError`.
Setup make_setup(Study study, const Catalog& catalog);

/// Of a study that a client or a program trains: no model and no data. Its space is what the study states, and what is
/// `proposed` as the study narrows it. The defaults come first where at least one is stated. Throws the same.
Setup make_client_setup(Study study, const Catalog& catalog, const SearchSpace& proposed = {});

/// How the study is to be run. `places`: trials that fit on its devices at once; nothing: without limit.
Plan plan_of(const Setup& setup, const std::vector<Objective>& objectives, const std::optional<int>& places = {});

/// The objectives of the study, or the default for its task.
std::vector<Objective> objectives_of(const Study& study, bool classification);

/// A strategy for the study as it is planned, made by its plug-in. `catalog` is for strategies that use others.
std::unique_ptr<Strategy> make_strategy(const Setup& setup, const Catalog& catalog, const Plan& plan);

/// What the strategy has to say of the study.
std::string choice_of(const Setup& setup, const Strategy& strategy);

/// `strategy auto: ` and what it made of the study, or nothing where it has nothing to say.
std::string choice_text(const Setup& setup, const std::string& choice);

std::unique_ptr<Pruner> make_pruner(const Setup& setup, const std::vector<Objective>& objectives);

}  // namespace pegbox
