#pragma once

#include <string>

#include "json/json.hpp"
#include "trainer/trainer.hpp"
#include "tuner/setup.hpp"

namespace pegbox {

/// All that a program has to know to use a trained network: `docs/json.md`, "train". `study` is the name of the stored
/// study that the trial is of.
Json product_json(const Setup& setup, const std::string& study, const Trial& trial, const Product& product);

}  // namespace pegbox
