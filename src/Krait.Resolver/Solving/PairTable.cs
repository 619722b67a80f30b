namespace Krait.Resolver.Solving;

/// <summary>A hash table from pairs of non-negative integers, not both 0, to an integer: open addressing over flat arrays.</summary>
internal sealed class PairTable
{
    private ulong[] keys = new ulong[64];
    private int[] values = new int[64];
    private int count;

    public bool TryGet(int first, int second, out int value)
    {
        var key = Key(first, second);
        var mask = keys.Length - 1;
        for (var slot = Slot(key, mask); ; slot = (slot + 1) & mask)
        {
            if (keys[slot] == key)
            {
                value = values[slot];
                return true;
            }

            if (keys[slot] == 0)
            {
                value = 0;
                return false;
            }
        }
    }

    public void Set(int first, int second, int value)
    {
        if (count * 2 >= keys.Length)
            Grow();
        Insert(Key(first, second), value);
    }

    private void Insert(ulong key, int value)
    {
        var mask = keys.Length - 1;
        var slot = Slot(key, mask);
        while (keys[slot] != 0 && keys[slot] != key)
            slot = (slot + 1) & mask;
        if (keys[slot] == 0)
            count++;
        keys[slot] = key;
        values[slot] = value;
    }

    private void Grow()
    {
        var oldKeys = keys;
        var oldValues = values;
        keys = new ulong[oldKeys.Length * 2];
        values = new int[oldKeys.Length * 2];
        count = 0;
        for (var i = 0; i < oldKeys.Length; i++)
        {
            if (oldKeys[i] != 0)
                Insert(oldKeys[i], oldValues[i]);
        }
    }

    private static ulong Key(int first, int second) => ((ulong)(uint)first << 32) | (uint)second;

    private static int Slot(ulong key, int mask) => (int)((key * 0x9E3779B97F4A7C15UL) >> 33) & mask;
}
