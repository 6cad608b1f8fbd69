//! What is asked of Redis beyond what apalis does itself.

use std::sync::LazyLock;

use redis::Script;

/// apalis pushes every ticket as scheduled for the pusher's present second, to be found by a consumer whose clock has
/// reached it, and wakes nobody. Our tickets are always due: no clock may delay them, and a waiting worker is woken.
pub(super) static RING: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"local due = redis.call('zrange', KEYS[1], 0, 999)
        if #due > 0 then
            redis.call('rpush', KEYS[2], unpack(due))
            redis.call('zrem', KEYS[1], unpack(due))
        end
        redis.call('publish', ARGV[1], '')",
    )
});

/// apalis keeps taken tickets for ever.
pub(super) static SWEEP: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"local removed = 0
        for i = 1, 2 do
            for _, id in ipairs(redis.call('spop', KEYS[i], 500)) do
                redis.call('hdel', KEYS[3], id)
                redis.call('del', KEYS[4] .. ':' .. id)
                removed = removed + 1
            end
        end
        return removed",
    )
});

/// apalis does not take a consumer that ends from its list, and drops what it had fetched.
pub(super) static SIGN_OFF: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"local fetched = redis.call('smembers', KEYS[1])
        redis.call('del', KEYS[1], KEYS[4])
        redis.call('zrem', KEYS[3], ARGV[1])
        if #fetched > 0 then
            redis.call('lpush', KEYS[2], unpack(fetched))
            redis.call('publish', ARGV[2], '')
        end",
    )
});
