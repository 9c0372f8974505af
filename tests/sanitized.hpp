#pragma once

#include <gtest/gtest.h>

/// At the beginning of a test that takes minutes under a sanitizer, most of them in Eigen or LibTorch: it is run
/// without one only, and says so.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PEGBOX_TAKES_MINUTES() GTEST_SKIP() << "without a sanitizer only"
#else
#define PEGBOX_TAKES_MINUTES() static_cast<void>(0)
#endif
