// A bound member function in two words: no allocation, no std::function on the hot path.
#pragma once

namespace splitscope::base {

// The object it is bound to must outlive it. Empty by default; calling an empty one is a bug.
class Callback {
 public:
  constexpr Callback() = default;

  template <auto Method, typename Object>
  static constexpr Callback to(Object& object) {
    Callback callback;
    callback.object_ = &object;
    callback.call_ = [](void* target) { (static_cast<Object*>(target)->*Method)(); };
    return callback;
  }

  explicit operator bool() const { return call_ != nullptr; }
  void operator()() const { call_(object_); }
  // The object it is bound to, or nullptr; to be prefetched, not to be used.
  const void* object() const { return object_; }

 private:
  void* object_ = nullptr;
  void (*call_)(void*) = nullptr;
};

}  // namespace splitscope::base
