#pragma once

#include <string>

#include <ATen/core/ivalue.h>
#include <torch/serialize/input-archive.h>
#include <torch/serialize/output-archive.h>

#include <pegbox/trial.hpp>

namespace pegbox {

/// Metrics as an archive of LibTorch's takes them, and back. Each double keeps its bits.
c10::IValue to_archive(const Metrics& metrics);
Metrics metrics_from(const c10::IValue& value);

/// The archive as bytes.
std::string packed(torch::serialize::OutputArchive& archive);

/// What the archive has at that key. Throws where it has nothing.
c10::IValue read_value(torch::serialize::InputArchive& archive, const std::string& key);

}  // namespace pegbox
