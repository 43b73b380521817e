from .reduce import Reduced as Reduced
from .reduce import reduce_files as reduce_files
