// 128-bit integers, for products that 64 bits cannot hold. Both our compilers have them.
#pragma once

namespace splitscope::base {

__extension__ using Uint128 = unsigned __int128;
__extension__ using Int128 = __int128;

}  // namespace splitscope::base
