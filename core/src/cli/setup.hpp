#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "catalog/catalog.hpp"
#include "data/table.hpp"
#include "options.hpp"
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
  Chosen model;
  Chosen strategy;
  std::optional<Chosen> pruner;
  std::optional<Table> data;
  SearchSpace space;
  std::vector<Params> first;  ///< the defaults, then what is enqueued
};

/// The study that the options describe: file, environment, command line.
Study described_study(const Options& options, TrainedBy by = TrainedBy::model);

/// Throws `StudyError` or `PluginError`.
Setup make_setup(Study study, const Catalog& catalog);

/// Of a study that a client trains, so that its space is what the study states: no model and no data. The defaults come
/// first where at least one is stated. Throws the same.
Setup make_client_setup(Study study, const Catalog& catalog);

/// How the study is to be run. `places`: trials that fit on its GPUs at once; 0 on the processor.
Plan plan_of(const Setup& setup, const std::vector<Objective>& objectives, int places = 0);

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
