from tests.crawler.test_hostile import *
from collections import Counter
def test_q(harvest):
    for s in SITES:
        f=harvest.frontier(s.id)
        print(s.id, Counter((a,b) for a,b in f.values()).most_common(8))
    assert 0
