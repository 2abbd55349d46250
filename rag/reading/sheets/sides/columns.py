def unfold(sides):
    return sides
