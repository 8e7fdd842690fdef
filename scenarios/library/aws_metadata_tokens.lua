-- Instances that require tokens for their metadata: the engine that asks the old way does not
-- start, the one that fetches a token does.
scenario { "Metadata with tokens required", museum = "M56" }

site "vpc"
print("compares both engines, whatever is asked for:", param("profile", "hz-5.3"))
local function on(engine, name)
  return cluster {
    scheme  = aws { tag_key = "cluster", tag_value = name, metadata = "tokens" },
    members = 2, domain = name, profile = engine,
  }
end
local old, new = on("hz-3.12", "old"), on("hz-5.3", "new")
old:start()
new:start()
run_until(new:agreed(), within(new:join_bound() + "20s"))
run_until(~old:live("n1") & ~old:live("n2"), "15m")
expect(new:agreed(), "5.3 forms its cluster")
