using System.Globalization;
using System.Runtime.CompilerServices;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;

namespace Krait.Packaging.Tests.Markers;

/// <summary>A process that reads markers for years keeps those that are in use, and no others.</summary>
public sealed class MarkerStoreTests
{
    [Theory]
    [InlineData("python_version >= '3.9'")]
    [InlineData("sys_platform == 'linux' and python_full_version < '3.12.1' or extra == 'a'")]
    [InlineData("platform_release == '6.01' or platform_release == '5.0'")]
    [InlineData("'x' in extras and os_name == 'nt'")]
    [InlineData("python_version > '3' and python_version < '3'")]
    public void The_same_marker_of_two_stores_is_the_same(string text)
    {
        var one = Marker.Parse(text);
        MarkerStore.Renew(MarkerStore.Current);
        var other = Marker.Parse(text);
        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        Assert.Equal(one.ToText(), other.ToText());
        Assert.Equal(one, one.And(other));
        Assert.Equal(other, one.Or(other));
        Assert.True(one.And(other.Not()).IsFalse);
        Assert.True(one.Or(other.Not()).IsTrue);
        Assert.Equal(one, Marker.AnyOf([one, other]));
    }

    [Fact]
    public void Markers_of_two_stores_are_combined_as_those_of_one()
    {
        var linux = Marker.Parse("sys_platform == 'linux'");
        MarkerStore.Renew(MarkerStore.Current);
        var windows = Marker.Parse("sys_platform == 'win32'");
        Assert.True(linux.IsDisjointFrom(windows));
        Assert.NotEqual(linux, windows);
        Assert.Equal(Marker.Parse("sys_platform == 'linux' or sys_platform == 'win32'"), linux.Or(windows));
        Assert.True(linux.Implies(windows.Not()));
    }

    [Fact]
    public void Equal_releases_stay_equal_however_each_store_spells_them()
    {
        var longer = Marker.Parse("platform_release == '6.1.0'");
        MarkerStore.Renew(MarkerStore.Current);
        var shorter = Marker.Parse("platform_release == '6.1'");
        var joined = shorter.And(longer);
        Assert.False(joined.IsFalse);
        Assert.Equal(shorter, joined);
    }

    [Fact]
    [Trait("Speed", "slow")]
    public void Markers_that_nobody_holds_are_forgotten()
    {
        var kept = Marker.Parse("python_version >= '3.9' and platform_machine == 'kept'");
        // Each may be held for a while by what runs at the same time.
        var filled = new List<WeakReference<MarkerStore>>();
        for (var round = 0; round < 50 && filled.TrueForAll(one => one.TryGetTarget(out _)); round++)
        {
            filled.Add(Fill());
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            // Other tests need time to end and let go; nothing tells when they have.
            Thread.Sleep(20 * round);
        }

        Assert.InRange(MarkerStore.Current.Count, 0, MarkerStore.MaximumNodes * 2);
        Assert.Contains(filled, one => !one.TryGetTarget(out _));
        Assert.Equal(kept, Marker.Parse("platform_machine == 'kept' and python_version >= '3.9'"));
    }

    /// <summary>More markers than a store holds; the store that was the first of them.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference<MarkerStore> Fill()
    {
        var first = new WeakReference<MarkerStore>(MarkerStore.Renew(MarkerStore.Current));
        for (var i = 0; i <= MarkerStore.MaximumNodes; i++)
            Marker.FromExtra(ExtraName.Parse(string.Create(CultureInfo.InvariantCulture, $"e{i}")));
        return first;
    }
}
