// A queue that mostly holds nothing or one thing, which it then keeps within itself. With more it
// keeps all of them apart, and the memory for it until it goes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace splitscope::sim {

template <typename T>
class SmallQueue {
 public:
  bool is_empty() const { return size_ == 0; }
  std::uint32_t size() const { return size_; }

  // Precondition: index < size(). The first is 0.
  T& operator[](std::size_t index) { return is_many() ? (*many_)[head_ + index] : one_; }
  const T& operator[](std::size_t index) const {
    return is_many() ? (*many_)[head_ + index] : one_;
  }
  T& front() { return (*this)[0]; }
  const T& front() const { return (*this)[0]; }
  T& back() { return (*this)[size_ - 1]; }

  void push_back(T value) {
    if (size_ == 0) {
      one_ = std::move(value);
    } else {
      if (!is_many()) move_out();
      many_->push_back(std::move(value));
    }
    ++size_;
  }
  // Precondition: not empty.
  T pop_front() {
    T value = std::move(front());
    if (--size_ == 0) {
      if (is_many()) clear();
    } else if (++head_ == SpentMax) {
      many_->erase(many_->begin(), many_->begin() + SpentMax);
      head_ = 0;
    }
    return value;
  }
  // Removes `count` of them from `index` on.
  void erase(std::size_t index, std::size_t count) {
    for (std::size_t at = index; at + count < size_; ++at) {
      (*this)[at] = std::move((*this)[at + count]);
    }
    if (is_many()) many_->erase(many_->end() - static_cast<std::ptrdiff_t>(count), many_->end());
    size_ -= static_cast<std::uint32_t>(count);
    if (size_ == 0) clear();
  }
  void clear() {
    one_ = T{};
    if (is_many()) many_->clear();
    head_ = One;
    size_ = 0;
  }
  // Elements that memory is kept for; for tests of leaks.
  std::size_t kept() const { return many_ == nullptr ? 1 : many_->capacity(); }

 private:
  static constexpr std::uint32_t One = 0xffff'ffff;
  static constexpr std::uint32_t SpentMax = 256;  // at the front of many_

  bool is_many() const { return head_ != One; }
  void move_out() {
    if (many_ == nullptr) many_ = std::make_unique<std::vector<T>>();
    many_->push_back(std::move(one_));
    head_ = 0;
  }

  T one_{};
  std::unique_ptr<std::vector<T>> many_;
  std::uint32_t head_ = One;  // the first in many_; One: it is one_, or there is none
  std::uint32_t size_ = 0;
};

}  // namespace splitscope::sim
